"""The page of one request for its sender: how far it is, more files, and the way out.

No login, no cookie: the address is the key. GET changes nothing, because whatever checks mails
follows every link in them; what another site makes the browser post is refused. A link that came
by mail shows who reads the mailbox, so it may tell of earlier requests from the same address;
and it may have come to a stranger's by a slip, so it tells no names of files.
"""
