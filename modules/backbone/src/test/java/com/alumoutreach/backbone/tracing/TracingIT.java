package com.alumoutreach.backbone.tracing;

import static com.alumoutreach.backbone.testing.OtlpReceiver.attribute;
import static com.alumoutreach.backbone.testing.OtlpReceiver.idOf;
import static com.alumoutreach.backbone.testing.OtlpReceiver.links;
import static com.alumoutreach.backbone.testing.OtlpReceiver.parentOf;
import static com.alumoutreach.backbone.testing.OtlpReceiver.traceOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.alumoutreach.backbone.eventlog.EventContext;
import com.alumoutreach.backbone.eventlog.EventLog;
import com.alumoutreach.backbone.http.Role;
import com.alumoutreach.backbone.probe.ProbeModule;
import com.alumoutreach.backbone.probe.TraceProbe;
import com.alumoutreach.backbone.testing.OtlpReceiver;
import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.contracts.Actor;
import com.alumoutreach.contracts.ActorType;
import com.alumoutreach.contracts.EventIds;
import com.alumoutreach.contracts.work.SendMessage;
import io.micronaut.inject.qualifiers.Qualifiers;
import io.nats.client.api.MessageInfo;
import io.opentelemetry.proto.trace.v1.Span;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Traces as a collector receives them, and as they are without one. */
class TracingIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String CALLER = "00-" + TRACE + "-00f067aa0ba902b7-01";

    /** The request, two batches published, and each of two events handled by two durables. */
    private static final int WHOLE = 7;

    private OtlpReceiver collector;
    private RunningService service;

    @BeforeEach
    void start() {
        collector = OtlpReceiver.start();
        Map<String, Object> properties = new HashMap<>(collector.properties());
        properties.put("probe.enabled", "true");
        properties.put("probe.traces", "true");
        service = RunningService.start(properties);
    }

    @AfterEach
    void stop() {
        service.close();
        collector.close();
    }

    @Test
    void aRequestIsOneTraceFromTheCallToTheLastHandler() {
        String contact = create(service, "web", null);
        String trace = traceOfContact(service, contact);

        List<Span> spans =
                await().atMost(PATIENCE).until(() -> collector.ofTrace(trace), found -> found.size() == WHOLE);
        Span request = named(spans, "POST /api/probe/traced/{contact}");
        Span created = handled(spans, TraceProbe.FIRST);
        Span tagged = handled(spans, TraceProbe.SECOND);

        assertThat(parentOf(request)).isEmpty();
        assertThat(request.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
        assertThat(attribute(request, "http.route")).isEqualTo("/api/probe/traced/{contact}");
        assertThat(attribute(request, "http.request.method")).isEqualTo("POST");
        assertThat(attribute(request, "http.response.status_code")).isEqualTo("201");
        assertThat(attribute(request, "alum.tenant")).isEqualTo(ProbeModule.TENANT);

        assertThat(spans.stream()
                        .filter(span -> span.getName().equals("publish ALUM_EVENTS"))
                        .map(OtlpReceiver::parentOf))
                .as("the relay published the request's event, and that of the first handler")
                .containsExactlyInAnyOrder(idOf(request), idOf(created));

        assertThat(parentOf(created)).isEqualTo(idOf(request));
        assertThat(created.getName()).isEqualTo("process contact.created");
        assertThat(created.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_CONSUMER);
        assertThat(attribute(created, "messaging.system")).isEqualTo("nats");
        assertThat(attribute(created, "messaging.destination.name")).isEqualTo("contact.created");
        assertThat(attribute(created, "messaging.consumer.group.name")).isEqualTo(TraceProbe.FIRST);
        assertThat(attribute(created, "messaging.message.id"))
                .isEqualTo(service.events("contact.created").getFirst().id().toString());
        assertThat(tagged.getName()).isEqualTo("process " + TraceProbe.SECOND);
        assertThat(parentOf(tagged)).isEqualTo(idOf(created));

        HttpResponse<String> journey =
                service.get("/api/events/" + trace + "/journey", service.token(ProbeModule.TENANT, Role.ADMIN));
        assertThat(journey.body()).contains("contact.created", "contact.tagged", TraceProbe.SECOND);
        assertThat(service.get("/api/events/" + trace + "/journey", service.token("tenant-b", Role.ADMIN))
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void aCallersTraceGoesOnAndBackgroundWorkOfTheRequestJoinsIt() {
        create(service, "web", CALLER, "X-Correlation-Id", "campaign-7");

        List<Span> spans =
                await().atMost(PATIENCE).until(() -> collector.ofTrace(TRACE), found -> found.size() == WHOLE);
        assertThat(parentOf(named(spans, "POST /api/probe/traced/{contact}"))).isEqualTo("00f067aa0ba902b7");

        append(
                EventContext.background(ProbeModule.TENANT, "campaign-7", ProbeModule.NAME),
                EventContext.background(ProbeModule.TENANT, "another", ProbeModule.NAME));
        List<String> commands =
                await().atMost(PATIENCE).until(() -> traceParents("ALUM_WORK"), found -> found.size() == 2);
        assertThat(commands.getFirst()).startsWith("00-" + TRACE).endsWith("-01");
        assertThat(commands.getLast())
                .isEqualTo(TraceParent.ofCorrelation("another", true).toString());
    }

    @Test
    void aMalformedContextBeginsANewTraceAndAnUnsampledOneIsNotRecorded() {
        String malformed = create(service, "web", CALLER.replace("4bf92f", "4BF92F"));
        assertThat(traceOfContact(service, malformed)).hasSize(32).isNotEqualToIgnoringCase(TRACE);

        String unsampled = create(service, "web", CALLER.replace("-01", "-00"));
        assertThat(traceOfContact(service, unsampled)).isEqualTo(TRACE);
        await().atMost(PATIENCE).until(() -> traceParents("ALUM_EVENTS").size() == 4);
        await().atMost(PATIENCE).until(() -> service.settled(TraceProbe.SECOND));
        String recorded = create(service, "web", null);
        String trace = traceOfContact(service, recorded);
        await().atMost(PATIENCE).until(() -> collector.ofTrace(trace).size() == WHOLE);
        assertThat(collector.ofTrace(TRACE)).isEmpty();
    }

    @Test
    void eventsThatMeetInABatchAreLinked() {
        List<TraceParent> traces = IntStream.range(0, 3)
                .mapToObj(i -> TraceParent.ofCorrelation("batch-" + i, true))
                .toList();
        append(traces.stream()
                .map(trace -> new EventContext(
                        ProbeModule.TENANT, "batch", null, new Actor("probe", ActorType.SYSTEM), null, trace))
                .toArray(EventContext[]::new));

        Span published = await().atMost(PATIENCE)
                .until(
                        () -> collector.all().stream()
                                .filter(span -> span.getName().equals("publish ALUM_WORK"))
                                .findFirst()
                                .orElse(null),
                        Objects::nonNull);
        assertThat(traceOf(published)).isEqualTo(traces.getFirst().traceId());
        assertThat(links(published))
                .containsExactly(traces.get(1).traceId(), traces.get(2).traceId());
        assertThat(attribute(published, "messaging.batch.message_count")).isEqualTo("3");
    }

    @Test
    void deadLettersRedeliveriesAndBackfillsStayInTheTrace() {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        Logger logger = (Logger) LoggerFactory.getLogger("com.alumoutreach.backbone.consuming.DeliveryProcessor");
        logger.addAppender(log);
        String admin = service.token(ProbeModule.TENANT, Role.ADMIN);
        try {
            create(service, "stumbles", CALLER);
            await().atMost(PATIENCE)
                    .until(() -> service.messages("ALUM_EVENTS_DLQ", ">").size() == 1);
        } finally {
            logger.detachAppender(log);
        }
        assertThat(log.list)
                .filteredOn(line -> line.getFormattedMessage().startsWith("delivery.retried"))
                .singleElement()
                .satisfies(line -> assertThat(line.getMDCPropertyMap()).containsEntry("trace_id", TRACE));
        assertThat(traceParents("ALUM_EVENTS_DLQ")).singleElement().asString().startsWith("00-" + TRACE);
        // Spans are sent some time after they ended.
        await().atMost(PATIENCE).until(() -> processed() == 2);

        service.asOwner("INSERT INTO probe.effects (tenant_id, contact_id, event_id, attempt) VALUES ('"
                + ProbeModule.TENANT + "', 'redeliver', gen_random_uuid(), 1)");
        service.post("/api/dead-letters/redeliver", "{\"durable\":\"" + TraceProbe.FIRST + "\"}", admin);
        await("the redelivery is handled").atMost(PATIENCE).until(() -> processed() == 3);

        service.asOwner("DELETE FROM probe.processed_events WHERE consumer = '" + TraceProbe.FIRST + "'");
        String backfill = "{\"durable\":\"" + TraceProbe.FIRST + "\",\"from\":\"2020-01-01T00:00:00Z\"}";
        assertThat(service.post("/api/replays", backfill, admin).statusCode()).isEqualTo(202);
        await("the backfill is handled").atMost(PATIENCE).until(() -> processed() == 4);
    }

    @Test
    void withoutACollectorContextsFlowAllTheSame() {
        try (RunningService plain = RunningService.start(Map.of("probe.enabled", "true", "probe.traces", "true"))) {
            assertThat(plain.context().getBean(Tracing.class).on()).isFalse();
            String continued = create(plain, "web", CALLER);
            String begun = create(plain, "web", null);

            assertThat(traceOfContact(plain, continued)).isEqualTo(TRACE);
            String made = traceOfContact(plain, begun);
            assertThat(TraceParent.isTraceId(made)).isTrue();
            List<String> headers = await().atMost(PATIENCE)
                    .until(() -> traceParents(plain, "ALUM_EVENTS"), found -> found.size() == 4);
            assertThat(headers).filteredOn(CALLER::equals).hasSize(2);
            assertThat(headers).filteredOn(header -> header.contains(made)).hasSize(2);
        }
    }

    /** An instance of the version before does not know the column. */
    @Test
    void aRowWithoutATraceIsPublishedAndWhatFollowsHasOne() {
        service.asOwner("INSERT INTO probe.system_events (id, org_id, event_type, occurred_at, actor_id, actor_type,"
                + " primary_entity_id, primary_entity_type, payload, correlation_id, source, version)"
                + " VALUES (gen_random_uuid(), '" + ProbeModule.TENANT + "', 'contact.created', now(), 'u', 'user',"
                + " 'old', 'contact', '{\"contactId\":\"old\",\"email\":\"ada@example.com\",\"source\":\"web\","
                + "\"contactVersion\":1}', 'older', 'probe-service', '1.0')");

        String followed = TraceParent.ofCorrelation("older", true).toString();
        await().atMost(PATIENCE).until(() -> service.events("contact.tagged").size() == 1);
        assertThat(traceParents("ALUM_EVENTS")).containsExactly(followed);
    }

    private long processed() {
        return collector.ofTrace(TRACE).stream()
                .filter(span -> TraceProbe.FIRST.equals(attribute(span, "messaging.consumer.group.name")))
                .count();
    }

    /** A command for each context, in one transaction. */
    private void append(EventContext... contexts) {
        EventLog log = service.context().getBean(EventLog.class, Qualifiers.byName(ProbeModule.NAME));
        service.database()
                .useTransaction(
                        ProbeModule.TENANT,
                        tx -> log.appendAll(
                                tx,
                                Stream.of(contexts)
                                        .map(context -> new EventLog.Entry(context, command()))
                                        .toList()));
    }

    private static SendMessage command() {
        return new SendMessage(
                EventIds.next().toString(),
                "email",
                EventIds.next().toString(),
                "ada@example.com",
                "Hello",
                null,
                "Hello",
                Map.of(),
                null,
                null,
                null);
    }

    private static String create(RunningService at, String source, @Nullable String traceParent, String... headers) {
        String contact = EventIds.next().toString();
        List<String> all = new java.util.ArrayList<>(List.of(headers));
        if (traceParent != null) {
            all.addAll(List.of("traceparent", traceParent));
        }
        HttpResponse<String> answer = at.send(
                "POST",
                "/api/probe/traced/" + contact + "?source=" + source,
                null,
                at.token(ProbeModule.TENANT, Role.ADMIN),
                all.toArray(String[]::new));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return contact;
    }

    private static String traceOfContact(RunningService at, String contact) {
        return at.database()
                .inSystemTransaction(tx -> tx.createQuery("SELECT substr(trace_parent, 4, 32) FROM probe.system_events"
                                + " WHERE org_id = :tenant AND primary_entity_id = :contact ORDER BY seq LIMIT 1")
                        .bind("tenant", ProbeModule.TENANT)
                        .bind("contact", contact)
                        .mapTo(String.class)
                        .one());
    }

    private List<String> traceParents(String stream) {
        return traceParents(service, stream);
    }

    private static List<String> traceParents(RunningService at, String stream) {
        return at.messages(stream, ">").stream()
                .map(MessageInfo::getHeaders)
                .filter(Objects::nonNull)
                .map(headers -> headers.getFirst("traceparent"))
                .filter(Objects::nonNull)
                .toList();
    }

    private static Span handled(List<Span> spans, String durable) {
        return spans.stream()
                .filter(span -> durable.equals(attribute(span, "messaging.consumer.group.name")))
                .findFirst()
                .orElseThrow();
    }

    private static Span named(List<Span> spans, String name) {
        return spans.stream()
                .filter(span -> span.getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no span " + name + " among "
                        + spans.stream().map(Span::getName).toList()));
    }
}
