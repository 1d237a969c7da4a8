package com.alumoutreach.backbone.jetstream;

/** Subjects of events that are given to one durable alone: {@code redeliver.<DURABLE>.<subject>}. */
public final class Redelivery {
    /** Header of an event that is given as part of a backfill: its id. */
    public static final String BACKFILL = "Alum-Backfill";

    private static final String PREFIX = "redeliver.";

    private Redelivery() {}

    public static String subject(String durable, String subject) {
        return PREFIX + durable + "." + subject;
    }

    /** What a durable listens to for events of its own. */
    public static String filter(String durable) {
        return PREFIX + durable + ".>";
    }

    /** The event's subject; any other subject is returned as it is. */
    public static String original(String subject) {
        return subject.startsWith(PREFIX) ? subject.substring(subject.indexOf('.', PREFIX.length()) + 1) : subject;
    }
}
