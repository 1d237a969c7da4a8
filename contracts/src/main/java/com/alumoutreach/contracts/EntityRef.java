package com.alumoutreach.contracts;

/** The thing an event is about. */
public record EntityRef(String id, String type) {}
