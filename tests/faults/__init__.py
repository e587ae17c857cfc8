"""What becomes of Concordat when its parts die, hang, lose or repeat things: real processes and servers, one oracle."""
