"""The public web page: a conversation that works without scripts, and is quicker with one small one."""
