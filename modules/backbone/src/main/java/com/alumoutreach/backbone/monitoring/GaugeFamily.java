package com.alumoutreach.backbone.monitoring;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.HashMap;
import java.util.Map;

/**
 * The gauges of one name with different labels, as they were last looked up. What was not found this time goes away: a figure
 * that nobody knows any more must not look like one that stands still.
 *
 * <p>Not Micrometer's {@code MultiGauge}, which takes a gauge out for a moment whenever it changes; a scrape in that moment
 * would end a pending alert.
 */
public final class GaugeFamily {
    private final MeterRegistry registry;
    private final String name;
    private final Map<Tags, Shown> shown = new HashMap<>();

    /** @param name with dots, for example {@code relay.lag.seconds} */
    public GaugeFamily(MeterRegistry registry, String name) {
        this.registry = registry;
        this.name = name;
    }

    private static final class Shown {
        private volatile double value;
        private final Meter meter;

        private Shown(MeterRegistry registry, String name, Tags tags) {
            this.meter = Gauge.builder(name, this, shown -> shown.value)
                    .tags(tags)
                    .strongReference(true)
                    .register(registry);
        }
    }

    /** Shows these and no others; an empty map shows none. */
    public synchronized void show(Map<Tags, ? extends Number> figures) {
        shown.entrySet().removeIf(each -> {
            boolean gone = !figures.containsKey(each.getKey());
            if (gone) {
                registry.remove(each.getValue().meter);
            }
            return gone;
        });
        figures.forEach((tags, figure) ->
                shown.computeIfAbsent(tags, t -> new Shown(registry, name, t)).value = figure.doubleValue());
    }
}
