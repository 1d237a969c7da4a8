package com.alumoutreach.contacts.importing;

import static org.assertj.core.api.Assertions.assertThat;

import com.alumoutreach.backbone.testing.RunningService;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is imported and undone, in whatever order: who said no once has said no. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConsentPropertyIT {
    private static final int STEPS = 25;
    private static final int PEOPLE = 6;

    /** Few people and many steps: a refusal has to be asked for, deleted and imported again. */
    private static final int FEW = 3;

    private static final int MORE_STEPS = 40;
    private static final List<String> WORDS = List.of("yes", "no", "", "TRUE", "0", "unsubscribed", "granted", "maybe");
    private static final List<String> MODES = List.of("update", "create", "skip", "existing");
    private static final List<String> COLUMNS =
            List.of("consent.email", "consent.email.news", "consent.sms", "consent.email.News");
    private RunningService service;

    @BeforeAll
    void start() {
        service = RunningService.start(Map.of("alum.http.rate-limit.enabled", false));
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void noSequenceOfImportsTurnsANoIntoAnythingElse(long seed) {
        Random random = new Random(seed);
        ImportClient client = new ImportClient(service, "tenant-consent-" + seed);
        List<String> imports = new ArrayList<>();
        Set<String> refused = new TreeSet<>();
        int undone = 0;
        for (int step = 0; step < STEPS; step++) {
            if (!imports.isEmpty() && random.nextInt(4) == 0) {
                client.undo(imports.remove(random.nextInt(imports.size())));
                undone++;
            } else {
                String mode = MODES.get(random.nextInt(MODES.size()));
                JsonNode done =
                        client.upload("?mode=" + mode + "&dryRun=" + (random.nextInt(8) == 0), file(random, PEOPLE));
                assertThat(done.get("status").textValue()).isEqualTo("completed");
                if (!done.get("dryRun").booleanValue()) {
                    imports.add(done.get("id").textValue());
                }
            }
            List<String> now = client.consents();
            assertThat(now)
                    .as("one word a topic")
                    .isEqualTo(now.stream()
                            .map(word -> word.toLowerCase(Locale.ROOT))
                            .distinct()
                            .toList());
            assertThat(now).as("seed %d, step %d", seed, step).containsAll(refused);
            for (String refusal : refused) {
                // Nothing below a channel that was refused as a whole was granted after that.
                if (refusal.endsWith(" email  revoked")) {
                    assertThat(grantedSince(now, refusal)).isSubsetOf(grantedBefore);
                }
            }
            now.stream().filter(state -> state.endsWith("revoked")).forEach(refused::add);
            grantedBefore = new TreeSet<>(
                    now.stream().filter(state -> state.endsWith("granted")).toList());
        }
        assertThat(refused).isNotEmpty();
        assertThat(undone).isPositive();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void norDoRequestsToConfirmDeletionsAndMergesInBetween(long seed) {
        Random random = new Random(seed);
        ImportClient client = new ImportClient(service, "tenant-consent-more-" + seed);
        List<String> imports = new ArrayList<>();
        Set<String> refused = new TreeSet<>();
        for (int step = 0; step < MORE_STEPS; step++) {
            String contact = "/api/contacts/" + id(client, random);
            switch (random.nextInt(imports.isEmpty() ? 1 : 10)) {
                case 1 -> client.undo(imports.remove(random.nextInt(imports.size())));
                case 2, 3 -> service.delete(contact, client.token());
                case 4, 5, 6 ->
                    service.put(
                            contact + "/consents/email" + (random.nextBoolean() ? "?topic=news" : ""),
                            "{\"state\":\"granted\",\"doubleOptIn\":true}",
                            client.token());
                case 7 ->
                    service.post(contact + "/merge", "{\"contactId\":\"" + id(client, random) + "\"}", client.token());
                default ->
                    imports.add(client.upload("", file(random, FEW)).get("id").textValue());
            }
            List<String> now = client.consents();
            for (String refusal : refused) {
                assertThat(now)
                        .as("seed %d, step %d", seed, step)
                        .doesNotContain(refusal.replaceFirst("revoked$", "granted"));
            }
            now.stream().filter(state -> state.endsWith("revoked")).forEach(refused::add);
        }
        assertThat(refused).isNotEmpty();
    }

    /** Of somebody who may be there. */
    private static String id(ImportClient client, Random random) {
        return client.contact("p" + random.nextInt(FEW) + "@example.com")
                .path("id")
                .asText("00000000-0000-0000-0000-000000000000");
    }

    private Set<String> grantedBefore = new TreeSet<>();

    private static List<String> grantedSince(List<String> now, String refusal) {
        String contact = refusal.substring(0, refusal.indexOf(' '));
        return now.stream()
                .filter(state -> state.startsWith(contact + " email ") && state.endsWith("granted"))
                .toList();
    }

    private static String file(Random random, int people) {
        StringBuilder file = new StringBuilder("email," + String.join(",", COLUMNS) + ",firstName\n");
        for (int i = random.nextInt(8) + 1; i > 0; i--) {
            file.append('p').append(random.nextInt(people)).append("@example.com");
            COLUMNS.forEach(column ->
                    file.append(',').append(WORDS.get(random.nextInt(random.nextInt(4) == 0 ? 8 : 7))));
            file.append(",N").append(random.nextInt(3)).append('\n');
        }
        return file.toString();
    }
}
