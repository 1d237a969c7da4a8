package com.alumoutreach.backbone.jetstream;

import java.util.Arrays;

/** The streams of the house. */
public enum EventStream {
    EVENTS("ALUM_EVENTS"),
    WORK("ALUM_WORK"),
    /** Events on their way to one durable: {@code redeliver.<DURABLE>.<subject>}; gone when it has handled them. */
    REDELIVERIES("ALUM_REDELIVERIES"),
    DEAD_LETTERS("ALUM_EVENTS_DLQ");

    private final String streamName;

    EventStream(String streamName) {
        this.streamName = streamName;
    }

    public String streamName() {
        return streamName;
    }

    /** @throws IllegalArgumentException when there is none of that name */
    public static EventStream named(String streamName) {
        return Arrays.stream(values())
                .filter(stream -> stream.streamName.equals(streamName))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("No stream of the house: " + streamName));
    }

    /** Where a subject travels: commands ({@code work.>}) have one taker, everything else is an event. */
    public static EventStream carrying(String subject) {
        return subject.startsWith("work.") ? WORK : EVENTS;
    }
}
