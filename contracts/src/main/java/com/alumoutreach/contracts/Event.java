package com.alumoutreach.contracts;

import com.fasterxml.jackson.annotation.JsonIgnore;

/** A fact that happened (or, in the domain {@code work}, a command). Its {@link Subject} is its type and where it travels. */
public interface Event {
    /** What it happened to: the key of its order and of timelines. */
    @JsonIgnore
    EntityRef entity();
}
