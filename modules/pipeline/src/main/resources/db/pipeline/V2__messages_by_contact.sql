-- An erasure asks for all messages of a contact.
CREATE INDEX idx_messages_contact ON messages (tenant_id, contact_id);
