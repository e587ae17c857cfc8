"""The services of Concordat: programme, reporting, notifications, and the runtime that they stand on."""
