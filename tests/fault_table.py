"""What the network, or a messenger's server, may do to a call; and what our doors make of it."""

from __future__ import annotations

from tests.fake_messengers.faults import Fault

FAULTS = {
    "dropped before": Fault("drop"),
    "dropped after": Fault("drop", accepted=True),
    "black hole": Fault("black_hole"),
    "black hole after": Fault("black_hole", accepted=True),
    "too slow": Fault("slow"),
    "a page instead": Fault("html", status=502),
    "a page called right": Fault("html", status=200),
    "half an answer": Fault("malformed"),
    "an error there": Fault("status", status=500),
    "told to wait": Fault("status", status=429, retry_after=0.3),
    "told to wait for some time": Fault("status", status=429),
    "the token refused": Fault("status", status=401),
    "nothing found": Fault("status", status=404),
}
ZALO = ("zalo_bot", "zalo_oa")
SENDS = {"telegram": "sendMessage", "zalo_bot": "sendMessage", "zalo_oa": "message"}
# After these nobody knows whether Zalo showed the message; it is repeated once, with a mark.
UNKNOWN = ("dropped before", "dropped after", "black hole", "black hole after", "too slow")
UNKNOWN += ("a page called right", "half an answer")
REFUSED = "nothing found"  # Zalo's word that it will never take this message
