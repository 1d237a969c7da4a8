package com.alumoutreach.contracts.contact;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What events that carry a contact's whole state have in common. */
public sealed interface ContactState permits ContactCreated, ContactUpdated {
    @Nullable
    String email();

    @Nullable
    String phone();

    @Nullable
    String firstName();

    @Nullable
    String lastName();

    @Nullable
    String source();

    @Nullable
    String timeZone();

    @Nullable
    String locale();

    /** Further addresses. */
    @Nullable
    List<String> emails();

    @Nullable
    Map<String, Object> attributes();
}
