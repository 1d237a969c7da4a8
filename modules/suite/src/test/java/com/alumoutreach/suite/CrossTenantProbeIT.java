package com.alumoutreach.suite;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.alumoutreach.backbone.http.Role;
import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.EventEnvelope;
import com.alumoutreach.contracts.EventIds;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.micronaut.web.router.Router;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.yaml.snakeyaml.Yaml;

/**
 * Every endpoint that the services describe, asked by every tenant with the ids of every other one. An endpoint that is new
 * makes this fail until {@link #PROBES} says what a stranger gets to see of it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CrossTenantProbeIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<String> TENANTS = List.of("ash", "birch", "cedar", "elm", "fir", "oak");
    private static final Pattern SPEC = Pattern.compile("'(/docs/specs/[^']+)'");
    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch", "head", "options");
    private static final String FORM = """
            --line\r
            Content-Disposition: form-data; name="file"; filename="c.csv"\r
            Content-Type: text/csv\r
            \r
            email\nform-{stranger}-{victim}@example.com\r
            --line--\r
            """;

    /** What an endpoint may say to a stranger. */
    private enum Expected {
        /** 404, or 403 for the role. */
        REFUSED,
        /** An answer, in which nothing is of the other tenant. */
        NOTHING_FOREIGN,
        /** The same, but the stranger's own campaigns name the segments and templates that it gave them. */
        NO_FOREIGN_CAMPAIGN
    }

    /** A request; {@code {contact}} and its like are the victim's. */
    private record Probe(
            Expected expected, String path, @Nullable String body, String type) {}

    private static final Map<String, List<Probe>> PROBES = Map.ofEntries(
            entry(
                    "GET /api/contacts",
                    List.of(
                            nothing("/api/contacts?limit=500"),
                            nothing("/api/contacts?cursor={contact}"),
                            nothing("/api/contacts?email={marker}@example.com"),
                            nothing("/api/contacts?q={marker}"),
                            nothing("/api/contacts?q=secret"),
                            nothing("/api/contacts?tag=vip&sort=-createdAt"),
                            nothing("/api/contacts?domain=example.com"))),
            entry(
                    "POST /api/contacts",
                    List.of(
                            nothing(
                                    "/api/contacts",
                                    "{\"id\":\"{contact}\",\"tenantId\":\"{victim}\",\"email\":\"{stranger}-{victim}@example.com\"}"))),
            entry("GET /api/contacts/{id}", List.of(refused("/api/contacts/{contact}"))),
            entry(
                    "PUT /api/contacts/{id}",
                    List.of(refused("/api/contacts/{contact}", "{\"email\":\"taken@example.com\"}"))),
            entry("PATCH /api/contacts/{id}", List.of(refused("/api/contacts/{contact}", "{\"firstName\":\"Taken\"}"))),
            entry(
                    "DELETE /api/contacts/{id}",
                    List.of(refused("/api/contacts/{contact}"), refused("/api/contacts/{contact}?erase=true"))),
            entry(
                    "GET /api/contacts/{id}/export",
                    List.of(
                            refused("/api/contacts/{contact}/export"),
                            refused("/api/contacts/{contact}/export?format=csv"))),
            entry("PUT /api/contacts/{id}/tags/{tag}", List.of(refused("/api/contacts/{contact}/tags/taken"))),
            entry(
                    "POST /api/contacts/{id}/merge",
                    List.of(refused("/api/contacts/{contact}/merge", "{\"contactId\":\"{import}\"}"))),
            entry("GET /api/contacts/{id}/consents", List.of(refused("/api/contacts/{contact}/consents"))),
            entry(
                    "PUT /api/contacts/{id}/consents/{channel}",
                    List.of(refused("/api/contacts/{contact}/consents/email", "{\"state\":\"revoked\"}"))),
            entry("GET /api/contacts/attributes", List.of(nothing("/api/contacts/attributes"))),
            entry(
                    "PUT /api/contacts/attributes/{name}",
                    List.of(nothing("/api/contacts/attributes/mine", "{\"type\":\"text\"}"))),
            entry("DELETE /api/contacts/attributes/{name}", List.of(refused("/api/contacts/attributes/of-{victim}"))),
            entry("DELETE /api/contacts/{id}/tags/{tag}", List.of(refused("/api/contacts/{contact}/tags/vip"))),
            entry(
                    "GET /api/imports",
                    List.of(nothing("/api/imports?limit=500"), nothing("/api/imports?cursor={import}"))),
            entry(
                    "POST /api/imports",
                    List.of(
                            new Probe(
                                    Expected.NOTHING_FOREIGN,
                                    "/api/imports?source=text",
                                    "email\nfile-{stranger}-{victim}@example.com\n",
                                    "text/csv"),
                            new Probe(
                                    Expected.NOTHING_FOREIGN,
                                    "/api/imports?source=form",
                                    FORM,
                                    "multipart/form-data; boundary=line"))),
            entry("GET /api/imports/{id}", List.of(refused("/api/imports/{import}"))),
            entry(
                    "GET /api/imports/{id}/rejected",
                    List.of(
                            refused("/api/imports/{import}/rejected"),
                            refused("/api/imports/{import}/rejected?cursor=0&limit=500"))),
            entry(
                    "GET /api/contacts/imports",
                    List.of(
                            nothing("/api/contacts/imports?limit=500"),
                            nothing("/api/contacts/imports?cursor={import}"))),
            entry(
                    "POST /api/contacts/imports",
                    List.of(
                            new Probe(
                                    Expected.NOTHING_FOREIGN,
                                    "/api/contacts/imports?source=text",
                                    "email\nfile-{stranger}-{victim}@example.com\n",
                                    "text/csv"),
                            new Probe(
                                    Expected.NOTHING_FOREIGN,
                                    "/api/contacts/imports?source=form",
                                    FORM,
                                    "multipart/form-data; boundary=line"))),
            entry("GET /api/contacts/imports/{id}", List.of(refused("/api/contacts/imports/{import}"))),
            entry(
                    "GET /api/contacts/imports/{id}/rejected",
                    List.of(
                            refused("/api/contacts/imports/{import}/rejected"),
                            refused("/api/contacts/imports/{import}/rejected?cursor=0&limit=500"))),
            entry(
                    "POST /api/contacts/imports/preview",
                    List.of(
                            new Probe(
                                    Expected.NOTHING_FOREIGN,
                                    "/api/contacts/imports/preview",
                                    "email\nfile-{stranger}-{victim}@example.com\n",
                                    "text/csv"),
                            new Probe(
                                    Expected.NOTHING_FOREIGN,
                                    "/api/contacts/imports/preview",
                                    FORM,
                                    "multipart/form-data; boundary=line"))),
            entry("GET /api/contacts/imports/{id}/events", List.of(refused("/api/contacts/imports/{import}/events"))),
            entry("GET /api/contacts/imports/{id}/errors", List.of(refused("/api/contacts/imports/{import}/errors"))),
            entry("GET /api/contacts/imports/{id}/kept", List.of(refused("/api/contacts/imports/{import}/kept"))),
            entry(
                    "POST /api/contacts/imports/{id}/cancel",
                    List.of(refused("/api/contacts/imports/{import}/cancel", "{}"))),
            entry(
                    "POST /api/contacts/imports/{id}/undo",
                    List.of(refused("/api/contacts/imports/{import}/undo", "{}"))),
            entry(
                    "GET /api/segments",
                    List.of(nothing("/api/segments?limit=500"), nothing("/api/segments?cursor={segment}"))),
            entry(
                    "POST /api/segments",
                    List.of(
                            nothing(
                                    "/api/segments",
                                    "{\"id\":\"{segment}\",\"name\":\"s\",\"conditions\":[{\"field\":\"email\",\"op\":\"exists\"}]}"))),
            entry("GET /api/segments/{id}", List.of(refused("/api/segments/{segment}"))),
            entry(
                    "PUT /api/segments/{id}",
                    List.of(refused(
                            "/api/segments/{segment}",
                            "{\"name\":\"Taken\",\"conditions\":[{\"field\":\"email\",\"op\":\"exists\"}]}"))),
            entry("DELETE /api/segments/{id}", List.of(refused("/api/segments/{segment}"))),
            entry(
                    "GET /api/segments/{id}/members",
                    List.of(
                            refused("/api/segments/{segment}/members?limit=500"),
                            refused("/api/segments/{segment}/members?cursor={contact}"))),
            entry(
                    "POST /api/segments/{id}/members",
                    List.of(
                            refused("/api/segments/{segment}/members", "{\"members\":[\"{contact}\"]}"),
                            new Probe(
                                    Expected.REFUSED,
                                    "/api/segments/{segment}/members",
                                    "email\n{marker}@example.com\n",
                                    "text/csv"))),
            entry(
                    "DELETE /api/segments/{id}/members/{contactId}",
                    List.of(refused("/api/segments/{segment}/members/{contact}"))),
            entry(
                    "GET /api/segments/{id}/members/{contactId}/explanation",
                    List.of(refused("/api/segments/{segment}/members/{contact}/explanation"))),
            entry(
                    "POST /api/segments/preview",
                    List.of(
                            nothing("/api/segments/preview", "{\"rule\":{\"field\":\"email\",\"op\":\"exists\"}}"),
                            nothing(
                                    "/api/segments/preview",
                                    "{\"rule\":{\"event\":\"message.sent\",\"op\":\"never\",\"campaignId\":\"{campaign}\"}}"))),
            entry(
                    "GET /api/templates",
                    List.of(nothing("/api/templates?limit=500"), nothing("/api/templates?cursor={template}"))),
            entry(
                    "POST /api/templates",
                    List.of(nothing(
                            "/api/templates",
                            "{\"id\":\"{template}\",\"name\":\"t\",\"subject\":\"Hi\",\"text\":\"Hello\"}"))),
            entry("GET /api/templates/{id}", List.of(refused("/api/templates/{template}"))),
            entry(
                    "PUT /api/templates/{id}",
                    List.of(refused(
                            "/api/templates/{template}",
                            "{\"name\":\"Taken\",\"subject\":\"Hi\",\"text\":\"Hello\"}"))),
            entry(
                    "GET /api/campaigns",
                    List.of(noCampaign("/api/campaigns?limit=500"), noCampaign("/api/campaigns?cursor={campaign}"))),
            entry(
                    "POST /api/campaigns",
                    List.of(new Probe(
                            Expected.NO_FOREIGN_CAMPAIGN,
                            "/api/campaigns",
                            "{\"id\":\"{campaign}\",\"name\":\"c\",\"segmentId\":\"{segment}\",\"templateId\":\"{template}\"}",
                            "application/json"))),
            entry("GET /api/campaigns/{id}", List.of(refused("/api/campaigns/{campaign}"))),
            entry("POST /api/campaigns/{id}/start", List.of(refused("/api/campaigns/{campaign}/start"))),
            entry(
                    "GET /api/outreach-events",
                    List.of(
                            nothing("/api/outreach-events?limit=1000&workspace_id={victim}"),
                            nothing("/api/outreach-events?lead_id={contact}"),
                            nothing("/api/outreach-events?campaign_id={campaign}&event_type=captcha_detected"),
                            nothing("/api/outreach-events?cursor=4000000000000_{told}"))),
            entry(
                    "POST /api/outreach-events",
                    List.of(
                            refused(
                                    "/api/outreach-events",
                                    "{\"workspace_id\":\"{victim}\",\"event_type\":\"message_sent\"}"),
                            new Probe(
                                    Expected.NOTHING_FOREIGN,
                                    "/api/outreach-events",
                                    "{\"id\":\"{told}\",\"event_type\":\"message_sent\"}\n"
                                            + "{\"id\":\"{told}\",\"event_type\":\"captcha_detected\","
                                            + "\"metadata\":{\"text\":\"{stranger}\"}}",
                                    "application/x-ndjson"))),
            entry("GET /api/settings/sending", List.of(nothing("/api/settings/sending?tenant={victim}"))),
            entry(
                    "PUT /api/settings/sending",
                    List.of(nothing(
                            "/api/settings/sending",
                            "{\"tenantId\":\"{victim}\",\"dailySendCap\":5,\"timeZone\":\"UTC\"}"))),
            entry(
                    "GET /api/analytics/messages-sent-today",
                    List.of(nothing("/api/analytics/messages-sent-today?tz=UTC&tenant={victim}"))),
            entry(
                    "GET /api/analytics/reports/{by}",
                    List.of(nothing("/api/analytics/reports/segments?tenant={victim}"))),
            entry("GET /api/analytics/reports/funnel", List.of(nothing("/api/analytics/reports/funnel"))),
            entry("GET /api/analytics/reports/cohorts", List.of(nothing("/api/analytics/reports/cohorts"))),
            entry(
                    "GET /api/analytics/series",
                    List.of(nothing("/api/analytics/series?event=contact.created&tenant={victim}"))),
            entry(
                    "POST /api/analytics/reconciliations",
                    List.of(nothing("/api/analytics/reconciliations", "{\"tenantId\":\"{victim}\"}"))),
            entry(
                    "GET /api/analytics/reconciliations",
                    List.of(
                            nothing("/api/analytics/reconciliations?limit=500"),
                            nothing("/api/analytics/reconciliations?cursor={reconciliation}"))),
            entry(
                    "GET /api/analytics/reconciliations/{id}",
                    List.of(refused("/api/analytics/reconciliations/{reconciliation}"))),
            entry("GET /api/dashboard/stats-v2", List.of(nothing("/api/dashboard/stats-v2?tenant={victim}"))),
            entry(
                    "GET /api/dashboard/stats-v2/stream",
                    List.of(nothing("/api/dashboard/stats-v2/stream?seconds=0&tenant={victim}"))),
            entry("GET /api/dashboard/next-actions", List.of(nothing("/api/dashboard/next-actions"))),
            entry("GET /api/dashboard/month-to-date", List.of(nothing("/api/dashboard/month-to-date"))),
            entry(
                    "GET /api/dashboard/kpis/{kpi}/events",
                    List.of(
                            nothing("/api/dashboard/kpis/contacts/events?limit=500"),
                            nothing("/api/dashboard/kpis/campaign_queue/events?campaignId={campaign}"))),
            entry(
                    "POST /api/analytics/validations",
                    List.of(nothing(
                            "/api/analytics/validations",
                            "{\"at\":\"2026-01-01T00:00:00Z\",\"tenantId\":\"{victim}\"}"))),
            entry("GET /api/analytics/events/counts", List.of(nothing("/api/analytics/events/counts?tenant={victim}"))),
            entry(
                    "GET /api/events/{id}/journey",
                    List.of(
                            refused("/api/events/{contact}/journey"),
                            refused("/api/events/{campaign}/journey"),
                            refused("/api/events/{correlation}/journey"))),
            entry(
                    "POST /api/replays",
                    List.of(refused(
                            "/api/replays",
                            "{\"durable\":\"SEGMENTS_CONTACT_CONSUMER\",\"from\":\"2020-01-01T00:00:00Z\","
                                    + "\"tenant\":\"{victim}\",\"dryRun\":true}"))),
            entry("GET /api/replays/{id}", List.of(refused("/api/replays/{replay}"))),
            entry("POST /api/replays/{id}/cancel", List.of(refused("/api/replays/{replay}/cancel", "{}"))),
            entry(
                    "GET /api/dead-letters",
                    List.of(
                            nothing("/api/dead-letters?limit=500"),
                            nothing("/api/dead-letters?subject=contact.created"),
                            nothing("/api/dead-letters?cursor=0&durable=SEGMENTS_CONTACT_CONSUMER"))),
            entry("GET /api/dead-letters/{position}", List.of(refused("/api/dead-letters/{letter}"))),
            entry(
                    "POST /api/dead-letters/redeliver",
                    List.of(
                            nothing("/api/dead-letters/redeliver", "{\"positions\":[{letter}]}"),
                            nothing(
                                    "/api/dead-letters/redeliver",
                                    "{\"subject\":\"contact.created\",\"dryRun\":true}"))),
            entry(
                    "POST /api/dead-letters/discard",
                    List.of(
                            nothing("/api/dead-letters/discard", "{\"positions\":[{letter}]}"),
                            nothing(
                                    "/api/dead-letters/discard",
                                    "{\"subject\":\"contact.created\",\"dryRun\":true}"))));

    /** Ids by name, and what they looked like before. */
    private record Tenant(String name, Map<String, String> ids, Map<String, String> before) {
        String fill(String text) {
            String filled = text.replace("{victim}", name).replace("{marker}", marker());
            for (Map.Entry<String, String> id : ids.entrySet()) {
                filled = filled.replace("{" + id.getKey() + "}", id.getValue());
            }
            return filled;
        }

        /** In every text of this tenant's resources. */
        String marker() {
            return "secret-of-" + name;
        }
    }

    private RunningService service;
    private List<Tenant> tenants;

    @BeforeAll
    void start() {
        service = RunningService.start(Map.of("alum.http.rate-limit.burst", 100_000));
        tenants = TENANTS.stream().map(this::furnished).toList();
        // Started with what belongs to the next tenant; nobody of that tenant may be written to.
        for (int i = 0; i < tenants.size(); i++) {
            Tenant victim = tenants.get((i + 1) % tenants.size());
            String campaign = created(
                    tenants.get(i).name(),
                    "/api/campaigns",
                    victim.fill("{\"name\":\"theft\",\"segmentId\":\"{segment}\",\"templateId\":\"{template}\"}"));
            assertThat(send(tenants.get(i).name(), Role.ADMIN, "POST", "/api/campaigns/" + campaign + "/start", "")
                            .statusCode())
                    .isEqualTo(202);
        }
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @Test
    void everyDescribedEndpointIsProbedAndEveryEndpointIsDescribed() {
        Set<String> described = described();
        assertThat(described).isEqualTo(new TreeSet<>(PROBES.keySet()));
        assertThat(described).isEqualTo(routes());
    }

    @Test
    void nobodySeesOrChangesWhatIsAnothers() {
        int probes = 0;
        List<String> leaks = new ArrayList<>();
        for (Tenant victim : tenants) {
            for (Tenant stranger : tenants) {
                if (!stranger.equals(victim)) {
                    for (Role role : Role.values()) {
                        probes += probeAll(stranger, role, victim, leaks);
                    }
                }
            }
        }

        assertThat(leaks).isEmpty();
        assertThat(probes).isGreaterThanOrEqualTo(2_000);
        tenants.forEach(this::isAsItWas);
    }

    @Test
    void nobodyWithoutATokenIsToldAnything() {
        Tenant victim = tenants.getFirst();
        PROBES.forEach((operation, probes) -> probes.forEach(probe -> {
            HttpResponse<String> answer =
                    answer(method(operation), victim.fill(probe.path()), probe.body(), probe.type(), null);
            assertThat(answer.statusCode()).as(operation).isEqualTo(401);
            assertThat(answer.body()).doesNotContain(victim.marker());
        }));
    }

    /** @return how many */
    private int probeAll(Tenant stranger, Role role, Tenant victim, List<String> leaks) {
        int probes = 0;
        for (Map.Entry<String, List<Probe>> operation : PROBES.entrySet()) {
            for (Probe probe : operation.getValue()) {
                HttpResponse<String> answer = probe(stranger, role, victim, method(operation.getKey()), probe);
                String leak = leak(probe, answer, victim);
                if (leak != null) {
                    leaks.add("%s of %s, %s: %s: %d %s"
                            .formatted(
                                    stranger.name(),
                                    victim.name(),
                                    role,
                                    operation.getKey() + " " + leak,
                                    answer.statusCode(),
                                    answer.body()));
                }
                probes++;
            }
        }
        return probes;
    }

    private HttpResponse<String> probe(Tenant stranger, Role role, Tenant victim, String method, Probe probe) {
        String body = probe.body() == null ? null : victim.fill(probe.body()).replace("{stranger}", stranger.name());
        String path = victim.fill(probe.path());
        String token = service.token(stranger.name(), role);
        // The key that the victim has used for the same path.
        return answer(method, path, body, probe.type(), token, "Idempotency-Key", key(victim, path));
    }

    private HttpResponse<String> answer(
            String method, String path, @Nullable String body, String type, @Nullable String token, String... headers) {
        return method.equals("POST")
                ? service.post(path, body == null ? "" : body, type, token, headers)
                : service.send(method, path, body, token, headers);
    }

    private static @Nullable String leak(Probe probe, HttpResponse<String> answer, Tenant victim) {
        String all = answer.body() + answer.headers().map();
        if (all.contains(victim.marker())) {
            return "says a secret";
        }
        int status = answer.statusCode();
        if (probe.expected() == Expected.REFUSED) {
            return status == 403 || status == 404 ? null : "is not refused";
        }
        if (status != 403 && status / 100 != 2) {
            return "fails";
        }
        Stream<String> foreign = probe.expected() == Expected.NOTHING_FOREIGN
                ? victim.ids().entrySet().stream()
                        .filter(id -> !id.getKey().equals("letter"))
                        .map(Map.Entry::getValue)
                : Stream.of(String.valueOf(victim.ids().get("campaign")));
        return foreign.anyMatch(all::contains) ? "names a foreign id" : null;
    }

    private void isAsItWas(Tenant tenant) {
        tenant.before()
                .forEach((path, body) -> assertThat(send(tenant.name(), Role.ADMIN, "GET", path, null)
                                .body())
                        .as(tenant.name() + " " + path)
                        .isEqualTo(body));
        Set<String> own = items(tenant, "/api/contacts?limit=500", "id");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(items(
                                tenant,
                                "/api/segments/" + tenant.ids().get("segment") + "/members?limit=500",
                                "contactId"))
                        .isNotEmpty()
                        .isSubsetOf(own));
        for (JsonNode campaign : json(send(tenant.name(), Role.ADMIN, "GET", "/api/campaigns?limit=500", null))
                .get("items")) {
            assertThat(campaign.get("audience").longValue()).isZero();
        }
    }

    private Set<String> items(Tenant tenant, String path, String field) {
        Set<String> found = new TreeSet<>();
        json(send(tenant.name(), Role.ADMIN, "GET", path, null))
                .get("items")
                .forEach(item -> found.add(item.get(field).asText()));
        return found;
    }

    /** One of everything, with the tenant's marker in each. */
    private Tenant furnished(String name) {
        Tenant tenant = new Tenant(name, new HashMap<>(), new HashMap<>());
        Map<String, String> ids = tenant.ids();
        ids.put(
                "contact",
                created(
                        tenant,
                        "/api/contacts",
                        "{\"email\":\"{marker}@example.com\",\"firstName\":\"{marker}\",\"tags\":[\"vip\",\"{marker}\"]}"));
        ids.put(
                "segment",
                created(
                        tenant,
                        "/api/segments",
                        "{\"name\":\"{marker}\",\"conditions\":[{\"field\":\"email\",\"op\":\"exists\"}]}"));
        ids.put(
                "template",
                created(
                        tenant,
                        "/api/templates",
                        "{\"name\":\"{marker}\",\"subject\":\"{marker}\",\"text\":\"{marker}\"}"));
        ids.put(
                "campaign",
                created(
                        tenant,
                        "/api/campaigns",
                        "{\"name\":\"{marker}\",\"segmentId\":\"{segment}\",\"templateId\":\"{template}\"}"));
        ids.put(
                "import",
                json(service.post(
                                "/api/imports?source=text",
                                tenant.fill("email\nno address but {marker}\n"),
                                "text/csv",
                                service.token(name, Role.ADMIN),
                                "Idempotency-Key",
                                key(tenant, "/api/imports?source=text")))
                        .get("id")
                        .textValue());
        ids.put(
                "told",
                created(
                        tenant,
                        "/api/outreach-events",
                        "{\"event_type\":\"captcha_detected\",\"metadata\":{\"text\":\"{marker}\"}}"));
        ids.put("letter", deadLetter(tenant));
        ids.put(
                "replay",
                json(send(
                                name,
                                Role.ADMIN,
                                "POST",
                                "/api/replays",
                                "{\"durable\":\"SEGMENTS_CONTACT_CONSUMER\",\"from\":\"2020-01-01T00:00:00Z\"}"))
                        .get("replay")
                        .get("id")
                        .textValue());
        ids.put(
                "reconciliation",
                json(send(name, Role.ADMIN, "POST", "/api/analytics/reconciliations", "{}"))
                        .get("id")
                        .textValue());
        ids.put(
                "correlation",
                service.database()
                        .inTransaction(
                                name,
                                tx -> tx.createQuery("SELECT correlation_id FROM contacts.system_events"
                                                + " WHERE org_id = :tenant AND event_type = 'contact.created' LIMIT 1")
                                        .bind("tenant", name)
                                        .mapTo(String.class)
                                        .one()));
        await().atMost(PATIENCE)
                .until(() -> json(send(name, Role.ADMIN, "GET", "/api/imports/" + ids.get("import"), null))
                        .get("status")
                        .textValue()
                        .equals("completed"));
        String told = "/api/outreach-events?event_type=captcha_detected";
        await().atMost(PATIENCE)
                .until(() -> send(name, Role.ADMIN, "GET", told, null).body().contains(tenant.marker()));
        for (String path : List.of(
                told,
                "/api/contacts/{contact}",
                "/api/templates/{template}",
                "/api/campaigns/{campaign}",
                "/api/imports/{import}",
                "/api/dead-letters/{letter}")) {
            HttpResponse<String> own = send(name, Role.ADMIN, "GET", tenant.fill(path), null);
            assertThat(own.statusCode()).as(own.body()).isEqualTo(200);
            tenant.before().put(tenant.fill(path), own.body());
        }
        return tenant;
    }

    /** An event of a version that nobody knows. */
    private String deadLetter(Tenant tenant) {
        service.publish(new EventEnvelope(
                EventIds.next(),
                "contact.created",
                "99.0",
                "contacts-service",
                Instant.now(),
                tenant.name(),
                tenant.marker(),
                null,
                null,
                null,
                EventCodec.mapper().createObjectNode().put("secret", tenant.marker()),
                Map.of()));
        await().atMost(PATIENCE).until(() -> !letters(tenant).isEmpty());
        return letters(tenant).path(0).path("position").asText();
    }

    private JsonNode letters(Tenant tenant) {
        return json(send(tenant.name(), Role.ADMIN, "GET", "/api/dead-letters", null))
                .path("items");
    }

    private String created(Tenant tenant, String path, String body) {
        HttpResponse<String> answer = service.send(
                "POST",
                path,
                tenant.fill(body),
                service.token(tenant.name(), Role.ADMIN),
                "Idempotency-Key",
                key(tenant, path));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return json(answer).get("id").textValue();
    }

    private String created(String tenant, String path, String body) {
        HttpResponse<String> answer = send(tenant, Role.ADMIN, "POST", path, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return json(answer).get("id").textValue();
    }

    private HttpResponse<String> send(String tenant, Role role, String method, String path, @Nullable String body) {
        return service.send(method, path, body, service.token(tenant, role));
    }

    private static String key(Tenant tenant, String path) {
        return "key-of-" + tenant.name() + path;
    }

    private static String method(String operation) {
        return operation.substring(0, operation.indexOf(' '));
    }

    /** Of all descriptions that {@code /docs} offers. */
    private Set<String> described() {
        Set<String> operations = new TreeSet<>();
        SPEC.matcher(service.get("/docs", null).body()).results().forEach(spec -> {
            Map<String, Map<String, Map<String, Object>>> document =
                    new Yaml().load(service.get(spec.group(1), null).body());
            document.getOrDefault("paths", Map.of())
                    .forEach((path, item) -> item.keySet().stream()
                            .filter(METHODS::contains)
                            .map(method -> method.toUpperCase(Locale.ROOT) + " " + path)
                            // The pages of signed links ask for no token; ConsentIT tries them with forged ones.
                            .filter(operation -> operation.contains(" /api/"))
                            .forEach(operations::add));
        });
        return operations;
    }

    /** What Micronaut would really answer. */
    private Set<String> routes() {
        return service.context()
                .getBean(Router.class)
                .uriRoutes()
                .filter(route -> !Set.of("HEAD", "OPTIONS").contains(route.getHttpMethodName()))
                .map(route -> route.getHttpMethodName() + " "
                        + route.getUriMatchTemplate().toPathString())
                .filter(route -> route.contains(" /api/"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Probe refused(String path) {
        return new Probe(Expected.REFUSED, path, null, "application/json");
    }

    private static Probe refused(String path, String body) {
        return new Probe(Expected.REFUSED, path, body, "application/json");
    }

    private static Probe nothing(String path) {
        return new Probe(Expected.NOTHING_FOREIGN, path, null, "application/json");
    }

    private static Probe nothing(String path, String body) {
        return new Probe(Expected.NOTHING_FOREIGN, path, body, "application/json");
    }

    private static Probe noCampaign(String path) {
        return new Probe(Expected.NO_FOREIGN_CAMPAIGN, path, null, "application/json");
    }

    private static JsonNode json(HttpResponse<String> answer) {
        try {
            return EventCodec.mapper().readTree(answer.body());
        } catch (JsonProcessingException e) {
            throw new AssertionError(answer.body(), e);
        }
    }
}
