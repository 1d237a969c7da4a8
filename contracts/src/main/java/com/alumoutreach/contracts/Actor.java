package com.alumoutreach.contracts;

/** Who did it. */
public record Actor(String id, ActorType type) {}
