package com.alumoutreach.backbone.consuming;

import com.alumoutreach.contracts.Event;

/** Reacts to one kind of event, inside the transaction of {@link Delivery#tx()}; what it throws makes the delivery a retry. */
@FunctionalInterface
public interface EventHandler<E extends Event> {
    void on(E event, Delivery delivery) throws Exception;
}
