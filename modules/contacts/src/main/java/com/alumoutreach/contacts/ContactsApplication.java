package com.alumoutreach.contacts;

import com.alumoutreach.backbone.module.Service;

/** Starts this service alone. */
public final class ContactsApplication {
    private ContactsApplication() {}

    public static void main(String[] args) {
        Service.run(ContactsModule.NAME, args);
    }
}
