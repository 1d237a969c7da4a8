-- A double opt-in is confirmed by the mail that asked, for the address that it went to: that mail's id, and the address as a hash with
-- the tenant's salt. Null in requests of before, which can be confirmed for 7 days and as they were.
ALTER TABLE consents
    ADD COLUMN asked_message text,
    ADD COLUMN asked_address bytea;
