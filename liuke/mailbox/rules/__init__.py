"""What is decided without the database: limits, how a mail reads, what is quoted, which mail is automatic."""

from datetime import timedelta

MOST_WHOLE_BYTES = 25 * 1024 * 1024      # a heavier mail is read from its beginning alone; the rest stays on its server
BEGINNING_BYTES = 512 * 1024
BATCH_BYTES, BATCH_MAILS = 16 * 1024 * 1024, 50
COMMITTED_MAILS = 25                     # in one transaction
MOST_A_POLL = 2_000                      # what is left waits a minute
SUBJECT_CHARACTERS, FULL_CHARACTERS = 300, 200_000
MOST_REFERENCES = 30                     # of a mail's thread that are looked at
MOST_PARTS, MOST_FILES = 200, 9          # parts that are read, files of one message
ACKS_AN_HOUR = 3                         # to one sender
MAILS_AN_HOUR = 60                       # of one sender; what comes beyond is parked
SENT_REFERENCES = 10                     # of a thread that an answer names
KEPT_AFTER_SETTLED = timedelta(days=90)  # the words of a parked mail somebody has dealt with
FLOOD_FILES_KEPT = timedelta(days=14)    # what is enclosed in mail of a flood; its words stay until it is settled

NO_SENDER, BAD_SENDER, LOOP, BOUNCE, AUTO, LIST = "no_sender", "bad_sender", "loop", "bounce", "auto", "list"
SAME_ID, FLOOD, EMPTY, FAILED = "same_id", "flood", "empty", "failed"
REASONS = (NO_SENDER, BAD_SENDER, LOOP, BOUNCE, AUTO, LIST, SAME_ID, FLOOD, EMPTY, FAILED)

NOT_A_PARTICIPANT, FORGED = "not_a_participant", "forged"
HINTS = (NOT_A_PARTICIPANT, FORGED)
