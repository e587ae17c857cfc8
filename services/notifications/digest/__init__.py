"""The digest: once a day at most, one e-mail to each person for whom several things wait, with what Home lists."""
