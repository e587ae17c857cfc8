"""Sessions of people who signed in, as every service reads them; the access service alone writes them."""
