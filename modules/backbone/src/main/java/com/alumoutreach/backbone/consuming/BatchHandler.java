package com.alumoutreach.backbone.consuming;

import java.util.List;

/**
 * Reacts to many events of one tenant at once, all in one transaction, in stream order. When it throws, nothing of it is
 * kept and every delivery is tried alone (a list of one).
 */
@FunctionalInterface
public interface BatchHandler {
    void on(List<Delivery> deliveries) throws Exception;
}
