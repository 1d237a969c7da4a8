type = 'sender.settings.updated'
