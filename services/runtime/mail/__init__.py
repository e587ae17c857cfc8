"""E-mail as every service sends it: header fields, messages in seven bits, one conversation with a mail server."""
