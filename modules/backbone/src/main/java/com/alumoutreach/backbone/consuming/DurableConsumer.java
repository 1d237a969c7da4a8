package com.alumoutreach.backbone.consuming;

import com.alumoutreach.backbone.jetstream.EventStream;
import com.alumoutreach.contracts.Event;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A durable consumer as its module declares it: a name, what it listens to, and what it does. Exactly one kind of handler.
 *
 * @param durable {@code <MODULE>_<WHAT>_CONSUMER}
 * @param module the module whose schema holds its processed events
 * @param subjects filters; empty means everything, which is faster than a filter that matches everything
 * @param batchSize deliveries taken at once, 1 to 1,000 for handlers (one transaction), to 10,000 for an archive
 * @param ackWait after this long without word the server delivers again; the backbone prolongs it while a handler runs
 * @param delays before the second, third, … attempt; attempts = delays + 1
 */
public record DurableConsumer(
        String durable,
        String module,
        EventStream stream,
        List<String> subjects,
        int batchSize,
        Duration ackWait,
        List<Duration> delays,
        Map<Class<? extends Event>, EventHandler<?>> handlers,
        @Nullable BatchHandler batchHandler,
        @Nullable RawBatchHandler<?> rawHandler) {
    private static final Duration ACK_WAIT = Duration.ofSeconds(30);
    private static final List<Duration> DELAYS = List.of(Duration.ofSeconds(1), Duration.ofSeconds(5));

    /** Where its events come from: its stream, and what is given to it alone. A command is simply sent again. */
    List<EventStream> sources() {
        return stream == EventStream.EVENTS ? List.of(stream, EventStream.REDELIVERIES) : List.of(stream);
    }

    public static Builder of(String module, String durable) {
        return new Builder(module, durable);
    }

    public int attempts() {
        return delays.size() + 1;
    }

    /** Builds a declaration; every method may be left out but one of {@code on}, {@code onBatch} and {@code archive}. */
    public static final class Builder {
        private final String module;
        private final String durable;
        private EventStream stream = EventStream.EVENTS;
        private List<String> subjects = List.of();
        private int batchSize = 200;
        private Duration ackWait = ACK_WAIT;
        private List<Duration> delays = DELAYS;
        private final Map<Class<? extends Event>, EventHandler<?>> handlers = new LinkedHashMap<>();
        private @Nullable BatchHandler batchHandler;
        private @Nullable RawBatchHandler<?> rawHandler;

        private Builder(String module, String durable) {
            this.module = module;
            this.durable = durable;
        }

        public Builder stream(EventStream stream) {
            this.stream = stream;
            return this;
        }

        public Builder subjects(String... filters) {
            this.subjects = List.of(filters);
            return this;
        }

        public Builder batchSize(int size) {
            this.batchSize = size;
            return this;
        }

        public Builder ackWait(Duration wait) {
            this.ackWait = wait;
            return this;
        }

        /** Delays before the second and later attempts; as many attempts as delays, and one. */
        public Builder retryAfter(Duration... delays) {
            this.delays = List.of(delays);
            return this;
        }

        /** Handles one kind of event, one at a time; kinds without a handler are acknowledged unseen. */
        public <E extends Event> Builder on(Class<E> type, EventHandler<E> handler) {
            handlers.put(type, handler);
            return this;
        }

        /** Handles all kinds, many at a time. */
        public Builder onBatch(BatchHandler handler) {
            this.batchHandler = handler;
            return this;
        }

        /** Takes everything as it is, without decoding its data. */
        public Builder archive(RawBatchHandler<?> handler) {
            this.rawHandler = handler;
            return this;
        }

        public DurableConsumer build() {
            int kinds = (handlers.isEmpty() ? 0 : 1) + (batchHandler == null ? 0 : 1) + (rawHandler == null ? 0 : 1);
            if (kinds != 1) {
                throw new IllegalStateException(durable + " must have exactly one kind of handler");
            }
            return new DurableConsumer(
                    durable, module, stream, subjects, batchSize, ackWait, delays, handlers, batchHandler, rawHandler);
        }
    }
}
