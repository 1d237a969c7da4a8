type IN ('contact.created', 'contact.deleted')
