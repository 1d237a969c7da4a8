-- Who was merged into a contact: asked for by undo, for each contact that it would delete, by exports and by erasures.
CREATE INDEX idx_former_contacts_merged ON former_contacts (tenant_id, merged_into) WHERE merged_into IS NOT NULL;
