-- Complaints entered in the field: where each comes from, its free text kept apart, and drafts that survive a refresh.

-- 'field': entered in Îlot; nothing: from the landlord's own system, by import.
ALTER TABLE complaints ADD COLUMN source text;

-- Private: neither mapped, nor exported, nor counted. `keep_until` is known once the complaint is closed.
CREATE TABLE complaint_notes (
    complaint_id text PRIMARY KEY,
    note text NOT NULL,
    written_at timestamp NOT NULL,
    keep_until date
);

-- Private too. The key becomes the complaint's own: what was sent once cannot be sent twice.
CREATE TABLE complaint_drafts (
    draft_id text PRIMARY KEY,
    device text NOT NULL,
    changed_at timestamp NOT NULL,
    content text NOT NULL
);
