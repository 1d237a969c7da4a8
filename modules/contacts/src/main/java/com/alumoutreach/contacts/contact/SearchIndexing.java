package com.alumoutreach.contacts.contact;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.module.BackgroundWork;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;

/** Makes contacts searchable that were written before there was a search, some at a time. */
@Singleton
class SearchIndexing implements BackgroundWork {
    private static final int CHUNK = 500;

    private final Database database;
    private final ContactRepository contacts;

    SearchIndexing(Database database, ContactRepository contacts) {
        this.database = database;
        this.contacts = contacts;
    }

    @Override
    public String name() {
        return "contact-search";
    }

    @Override
    public Duration idle() {
        return Duration.ofMinutes(1);
    }

    @Override
    public boolean step() {
        return database.inSystemTransaction(tx -> {
            List<Contact> found = contacts.lockUnsearchable(tx, CHUNK);
            contacts.makeSearchable(tx, found);
            return !found.isEmpty();
        });
    }
}
