package com.alumoutreach.analytics.journey;

import com.alumoutreach.analytics.clickhouse.ClickHouse;
import com.alumoutreach.analytics.clickhouse.ClickHouseAwayException;
import com.alumoutreach.analytics.clickhouse.EventsTable;
import com.alumoutreach.backbone.jetstream.EventStream;
import com.alumoutreach.backbone.jetstream.NatsAwayException;
import com.alumoutreach.backbone.jetstream.NatsConnection;
import com.alumoutreach.backbone.jetstream.StreamContents;
import com.alumoutreach.backbone.journey.LoggedEvent;
import com.alumoutreach.backbone.journey.MoreStations;
import com.alumoutreach.backbone.journey.Station;
import com.clickhouse.client.api.query.GenericRecord;
import io.nats.client.JetStreamApiException;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Two stations of an event: ALUM_EVENTS, at the position that was archived with it, and ClickHouse. */
@Singleton
final class ArchivedStations implements MoreStations {
    private static final Logger LOG = LoggerFactory.getLogger(ArchivedStations.class);

    /** By the sorting key as far as it is known; events of a journey are few. */
    private static final String QUERY = """
            SELECT toString(id) AS event, stream_position AS position, toUnixTimestamp64Milli(ingested_at) AS at
            FROM events FINAL
            WHERE has(splitByChar(' ', {tenants:String}), tenant_id)
              AND occurred_at BETWEEN fromUnixTimestamp64Milli({from:Int64}) AND fromUnixTimestamp64Milli({to:Int64})
              AND has(splitByChar(' ', {ids:String}), toString(id))""";

    private final ClickHouse clickHouse;
    private final EventsTable table;
    private final NatsConnection nats;

    ArchivedStations(ClickHouse clickHouse, EventsTable table, NatsConnection nats) {
        this.clickHouse = clickHouse;
        this.table = table;
        this.nats = nats;
    }

    @Override
    public List<Station> of(Collection<LoggedEvent> events) {
        Map<UUID, LoggedEvent> byId = events.stream().collect(Collectors.toMap(LoggedEvent::id, Function.identity()));
        List<Station> stations = new ArrayList<>();
        Map<LoggedEvent, Long> positions = new HashMap<>();
        try {
            table.ensure();
            for (GenericRecord row : clickHouse.query(QUERY, parameters(events))) {
                LoggedEvent event = byId.get(UUID.fromString(row.getString("event")));
                if (event == null) {
                    continue;
                }
                stations.add(station(event, Instant.ofEpochMilli(row.getLong("at")), "archived", "ClickHouse", ""));
                if (row.getLong("position") > 0) {
                    positions.put(event, row.getLong("position"));
                }
            }
            addPublished(stations, positions);
        } catch (ClickHouseAwayException e) {
            LOG.debug("journey.clickhouse_away", e);
        }
        return stations;
    }

    private void addPublished(List<Station> stations, Map<LoggedEvent, Long> positions) {
        try {
            StreamContents stream = StreamContents.of(nats, EventStream.EVENTS);
            for (Map.Entry<LoggedEvent, Long> each : positions.entrySet()) {
                LoggedEvent event = each.getKey();
                stream.storedAt(each.getValue(), event.id())
                        .ifPresent(at -> stations.add(station(
                                event,
                                at,
                                "published",
                                EventStream.EVENTS.streamName(),
                                "position " + each.getValue())));
            }
        } catch (IOException | JetStreamApiException | NatsAwayException e) {
            LOG.debug("journey.nats_away", e);
        }
    }

    private static Map<String, Object> parameters(Collection<LoggedEvent> events) {
        long from = events.stream()
                .mapToLong(e -> e.occurredAt().toEpochMilli())
                .min()
                .orElse(0);
        long to = events.stream()
                .mapToLong(e -> e.occurredAt().toEpochMilli())
                .max()
                .orElse(0);
        return Map.of(
                "tenants",
                joined(events, LoggedEvent::tenantId),
                "ids",
                joined(events, event -> event.id().toString()),
                "from",
                from,
                "to",
                to + 1);
    }

    private static String joined(Collection<LoggedEvent> events, Function<LoggedEvent, String> part) {
        return events.stream().map(part).distinct().collect(Collectors.joining(" "));
    }

    private static Station station(LoggedEvent event, Instant at, String station, String where, String detail) {
        return new Station(at, station, where, event.id(), event.type(), event.causationId(), detail);
    }
}
