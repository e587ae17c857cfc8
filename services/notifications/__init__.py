"""Notifications: papers, reminders and invitations by e-mail, to each recipient once.

From the two logs it keeps only what it needs to know whom a thing concerns: roles by opaque person id. Names and
addresses are looked up in the directory at the moment of sending and kept nowhere here.
"""
