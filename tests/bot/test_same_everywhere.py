"""What a question gives does not depend on the process it is asked in."""

import os
import subprocess
import sys

QUESTION = "bố tôi mới mất ở quê, giờ phải làm giấy tờ gì và nộp ở đâu cho đúng"


def test_scores_are_the_same_to_the_last_digit_whatever_the_hash_seed(home):
    outputs = {searched(home, seed) for seed in ("0", "1", "2")}

    assert len(outputs) == 1


def searched(home, seed):
    environment = os.environ | {"DANHOI_HOME": str(home), "PYTHONHASHSEED": seed}
    command = [sys.executable, "-m", "bot", "search", QUESTION, "--json"]
    return subprocess.run(command, env=environment, capture_output=True, check=True).stdout
