-- An erasure asks for a contact in all segments.
CREATE INDEX idx_segment_members_contact ON segment_members (tenant_id, contact_id);
