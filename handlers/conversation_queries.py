"""The longer statements on these tables: what is read of them, written and deleted."""

from __future__ import annotations

REMEMBER = """
INSERT INTO conversations (id, state, updated_at) VALUES (?, ?, ?)
ON CONFLICT (id) DO UPDATE SET state = excluded.state, updated_at = excluded.updated_at
"""
OFFERED = """
SELECT answers.asked, answers.asked_facets, answers.choices
FROM questions JOIN answers ON answers.question_id = questions.id
WHERE questions.conversation = ?1 AND answers.choices != '[]' AND (?2 = 0 OR questions.id = ?2)
ORDER BY questions.id DESC LIMIT 1
"""
RATEABLE = """
SELECT questions.id, questions.text, questions.receipt, ratings.value AS rating,
  EXISTS (SELECT 1 FROM officer_answers WHERE question_id = questions.id) AS answered
FROM questions LEFT JOIN ratings ON ratings.question_id = questions.id
WHERE questions.conversation = ?1 AND (questions.id = ?2 OR (?2 = 0 AND questions.status != 'greeting'))
ORDER BY questions.id DESC LIMIT 1
"""
RATE = """
INSERT INTO ratings (question_id, value, reason, rated_at) VALUES (?, ?, ?, ?)
ON CONFLICT (question_id) DO UPDATE
SET value = excluded.value, reason = excluded.reason, rated_at = excluded.rated_at
"""
EXCHANGES = """
SELECT questions.*, answers.text AS answer, answers.sources, answers.trace, answers.code, answers.choices,
  answers.more, answers.section_lengths, ratings.value AS rating, ratings.reason,
  (SELECT json_group_array(json_object('text', text, 'officer', officer, 'answered_at', answered_at,
                                       'revision', revision))
   FROM (SELECT * FROM officer_answers WHERE question_id = questions.id ORDER BY revision)
  ) AS officer_answers
FROM questions JOIN answers ON answers.question_id = questions.id
LEFT JOIN ratings ON ratings.question_id = questions.id
"""
# What was asked in the conversation of a receipt, the nearest first. After it, only where a person was
# asked for: there the citizen is told that an officer reads on.
_BESIDE = """
SELECT questions.text, questions.asked_at, questions.receipt, answers.text AS answer
FROM questions AS own JOIN questions ON questions.conversation = own.conversation
JOIN answers ON answers.question_id = questions.id
WHERE own.receipt = ? AND questions.status != 'greeting' AND
"""
BEFORE = f"{_BESIDE} questions.id < own.id ORDER BY questions.id DESC LIMIT 3"
AFTER = f"{_BESIDE} questions.id > own.id AND own.kind = 'human' ORDER BY questions.id LIMIT 3"
WAITING = """
receipt IS NOT NULL AND NOT EXISTS (SELECT 1 FROM officer_answers WHERE question_id = questions.id)
"""
# A question that is with staff is kept until they have answered it, and then as long as any other.
EXPIRED = """
asked_at < :value AND (receipt IS NULL OR
  (SELECT max(answered_at) FROM officer_answers WHERE question_id = questions.id) < :value)
"""
LAST_OFFICER_ANSWER = """
SELECT max(officer_answers.id) AS number FROM questions
JOIN officer_answers ON officer_answers.question_id = questions.id WHERE questions.conversation = ?
"""
# What a conversation has in hand quotes its last question, so it is forgotten with it.
FORGET_STATES = (
    "UPDATE conversations SET state = :nothing WHERE updated_at < :moment",
    "DELETE FROM conversations WHERE updated_at < :moment AND id NOT IN (SELECT conversation FROM questions)",
)
# Table and column; the question itself comes last.
BELONGS_TO_QUESTION = (
    ("ratings", "question_id"),
    ("officer_answers", "question_id"),
    ("answers", "question_id"),
    ("questions", "id"),
)
