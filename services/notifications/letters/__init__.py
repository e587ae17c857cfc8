"""Letters: what each kind of notice says to its recipient, before it takes the form of an e-mail."""
