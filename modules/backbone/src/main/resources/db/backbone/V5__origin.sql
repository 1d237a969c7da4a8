-- What set an event off from outside, for example "POST /api/contacts"; null for what follows from another event.
ALTER TABLE system_events ADD COLUMN origin text;
