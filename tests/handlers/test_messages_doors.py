"""What a citizen reads around the answers, word for word: a change of words is a change on purpose."""

from __future__ import annotations

import re

import pytest

from bot.messaging.model import Media
from handlers import messages, messages_doors
from handlers.messages_doors import COMMANDS, MEDIA, REASONS

SENTENCES = [
    ("FULL_BUTTON", "Xem đầy đủ"),
    ("STAFF_BUTTON", "Gặp cán bộ"),
    ("RATE_BY_TYPING", "Câu trả lời có ích không? Gõ 👍 hoặc 👎"),
    (
        "BOT_DESCRIPTION",
        "Máy trả lời tự động về thủ tục hành chính: cần giấy tờ gì, mất bao nhiêu tiền, bao lâu, nộp ở đâu. "
        "Câu trả lời trích từ hồ sơ đã công bố, có ghi nguồn. Gõ “gặp cán bộ” để gửi câu hỏi cho cán bộ. "
        "Xin đừng gửi số căn cước hay ảnh giấy tờ.",
    ),
    ("BOT_SHORT_DESCRIPTION", "Máy trả lời tự động về thủ tục hành chính, trích hồ sơ đã công bố."),
    ("TYPING", "Máy đang tìm câu trả lời…"),
    ("SENT_AGAIN", "(gửi lại)"),
    (
        "TOO_FAST",
        "Ông/bà nhắn nhanh quá, máy chưa trả lời kịp. Xin ông/bà chờ một lát rồi nhắn lại. (Trả lời tự động)",
    ),
    (
        "BUSY",
        "Nhiều người đang hỏi cùng lúc nên máy chưa trả lời kịp. Xin ông/bà chờ một lát rồi gửi lại. "
        "(Trả lời tự động)",
    ),
    (
        "STORE_FULL",
        "Máy đang gặp trục trặc: vẫn tra được thủ tục, nhưng không lưu được câu hỏi và chưa chuyển được cho "
        "cán bộ. Cần người trả lời, xin ông/bà hỏi lại sau, hoặc gọi hay đến cơ quan.",
    ),
    (
        "COULD_NOT_READ",
        "Xin lỗi ông/bà, máy gặp lỗi nên chưa trả lời được tin nhắn vừa rồi; tin nhắn đó cũng chưa đến cán "
        "bộ. Mời ông/bà hỏi lại bằng câu khác, hoặc gọi hay đến cơ quan. (Trả lời tự động)",
    ),
    (
        "REST_AT_SOURCE",
        "Câu trả lời này dài hơn số tin mà Zalo cho gửi một lần, nên còn một phần chưa gửi. "
        "Mời ông/bà hỏi riêng từng phần, ví dụ “các bước”, hoặc xem đủ theo đường dẫn ở nguồn.",
    ),
    ("PART_NOTE", ", trả lời tự động"),
    ("RATED_UP", "Cảm ơn ông/bà đã cho biết. (Trả lời tự động)"),
    ("RATED_AGAIN", "Máy đã ghi lại đánh giá mới của ông/bà. (Trả lời tự động)"),
    (
        "WHAT_WAS_WRONG",
        "Cảm ơn ông/bà đã cho biết. Câu trả lời chưa được ở điểm nào? Xin ông/bà gõ số:",
    ),
    ("OR_STAFF", "Hoặc gõ “gặp cán bộ” để gửi câu hỏi này cho cán bộ. (Trả lời tự động)"),
    (
        "REASON_KEPT",
        "Máy đã ghi lại để cơ quan sửa. Muốn cán bộ trả lời câu hỏi này, ông/bà gõ “gặp cán bộ”. "
        "(Trả lời tự động)",
    ),
    (
        "NOT_RATED",
        "Máy đang gặp trục trặc nên chưa ghi được đánh giá này. Mời ông/bà hỏi tiếp. (Trả lời tự động)",
    ),
    (
        "NOTHING_TO_RATE",
        "Máy không còn lưu câu trả lời nào để ông/bà đánh giá. Mời ông/bà hỏi tiếp. (Trả lời tự động)",
    ),
]
IMPORTED = {"DELETE_ALL", "MARK", "TALK_TO_STAFF"}  # tested in test_messages.py


@pytest.mark.parametrize(("name", "words"), SENTENCES, ids=[name for name, _ in SENTENCES])
def test_the_citizen_reads_exactly_these_words(name, words):
    assert getattr(messages_doors, name) == words


def test_no_sentence_is_left_untested():
    public = {
        name
        for name, value in vars(messages_doors).items()
        if name.isupper() and isinstance(value, str) and not name.startswith("_")
    }
    assert public - IMPORTED == {name for name, _ in SENTENCES}


@pytest.mark.parametrize(
    ("media", "words"),
    [
        (
            Media.PHOTO,
            "Máy chưa xem được ảnh; ảnh này không được tải về, không được lưu. Xin ông/bà đừng gửi ảnh chụp "
            "căn cước hay giấy tờ cá nhân; nếu đã lỡ gửi, nên xóa khỏi cuộc trò chuyện. Mời ông/bà gõ điều "
            "muốn hỏi bằng chữ, hoặc gõ “gặp cán bộ”. (Trả lời tự động)",
        ),
        (
            Media.FILE,
            "Máy chưa đọc được tệp; tệp này không được tải về, không được lưu. Xin ông/bà đừng gửi ảnh chụp "
            "căn cước hay giấy tờ cá nhân; nếu đã lỡ gửi, nên xóa khỏi cuộc trò chuyện. Mời ông/bà gõ điều "
            "muốn hỏi bằng chữ, hoặc gõ “gặp cán bộ”. (Trả lời tự động)",
        ),
        (
            Media.VIDEO,
            "Máy chưa xem được video; video này không được tải về, không được lưu. Mời ông/bà gõ điều muốn "
            "hỏi bằng chữ, hoặc gõ “gặp cán bộ”. (Trả lời tự động)",
        ),
        (
            Media.VOICE,
            "Máy chưa nghe được tin nhắn thoại. Mời ông/bà gõ câu hỏi; nếu ngại gõ, bấm hình micrô trên bàn "
            "phím điện thoại rồi nói, điện thoại sẽ viết thành chữ. (Trả lời tự động)",
        ),
        (
            Media.STICKER,
            "Cảm ơn ông/bà! Máy chỉ đọc được chữ, mời ông/bà gõ điều muốn hỏi. (Trả lời tự động)",
        ),
        (
            Media.LOCATION,
            "Máy không tìm được cơ quan gần nhất theo vị trí. Mời ông/bà hỏi bằng tên xã, phường, ví dụ: "
            "“địa chỉ ủy ban nhân dân xã”. (Trả lời tự động)",
        ),
        (
            Media.CONTACT,
            "Máy không dùng số liên lạc vừa gửi. Xin ông/bà đừng gửi số điện thoại của người khác ở đây. Mời "
            "ông/bà gõ điều muốn hỏi bằng chữ, hoặc gõ “gặp cán bộ”. (Trả lời tự động)",
        ),
        (
            Media.OTHER,
            "Máy chưa đọc được loại tin nhắn này. Mời ông/bà gõ điều muốn hỏi bằng chữ, hoặc gõ “gặp cán "
            "bộ”. (Trả lời tự động)",
        ),
    ],
)
def test_who_sends_what_a_machine_cannot_read_is_told_what_to_do_instead(media, words):
    assert MEDIA[media] == words


def test_every_medium_has_its_answer():
    assert set(MEDIA) == set(Media)


def test_buttons_and_reasons_read_exactly_so():
    assert messages_doors.RATING_BUTTONS == ("👍 Hữu ích", "👎 Chưa hữu ích")
    assert messages_doors.RATINGS == ("👍", "👎")
    assert REASONS == ("Không đúng việc tôi hỏi", "Khó hiểu", "Thiếu thông tin", "Sai hoặc đã cũ")


def test_the_menu_of_commands_reads_exactly_so():
    assert COMMANDS == (
        ("start", "Bắt đầu"),
        ("trogiup", "Cách hỏi"),
        ("lienhe", "Điện thoại, địa chỉ, giờ làm việc"),
        ("canbo", "Gửi câu hỏi cho cán bộ"),
        ("xoadulieu", "Xóa những gì đã nhắn"),
    )
    assert {"start", *messages_doors.COMMAND_TEXTS} == {name for name, _ in COMMANDS}


def test_the_descriptions_fit_telegram():
    assert len(messages_doors.BOT_DESCRIPTION) <= 512
    assert len(messages_doors.BOT_SHORT_DESCRIPTION) <= 120


def test_no_figure_is_written_into_the_sentences():
    words = [words for _, words in SENTENCES] + list(MEDIA.values())
    assert not [text for text in words if re.search(r"\d", text)]


@pytest.mark.parametrize(
    ("typed", "above_buttons"),
    [
        (messages.WHICH_ONE, "Máy chưa rõ ông/bà cần việc nào. Xin ông/bà bấm nút hoặc gõ số của việc đúng:"),
        (
            messages.NOT_A_CHOICE,
            "Xin ông/bà bấm nút hoặc gõ đúng một số trong danh sách trên, hoặc hỏi lại bằng câu khác. "
            "(Trả lời tự động)",
        ),
        (
            messages_doors.WHAT_WAS_WRONG,
            "Cảm ơn ông/bà đã cho biết. Câu trả lời chưa được ở điểm nào? Xin ông/bà bấm nút hoặc gõ số:",
        ),
    ],
)
def test_above_buttons_one_is_asked_to_press_or_to_type(typed, above_buttons):
    assert messages_doors.beside_buttons(typed) == above_buttons
