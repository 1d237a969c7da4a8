package com.alumoutreach.backbone.privacy;

/** Whom an erasure is about. */
record Person(String tenantId, String contactId) {}
