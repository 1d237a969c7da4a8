package com.alumoutreach.backbone.privacy;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.deadletter.DeadLetterRedaction;
import com.alumoutreach.backbone.jetstream.EventStream;
import com.alumoutreach.backbone.jetstream.NatsAwayException;
import com.alumoutreach.backbone.module.BackgroundWork;
import com.alumoutreach.backbone.module.ServiceModule;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.Redaction;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micronaut.context.annotation.EachBean;
import io.micronaut.context.annotation.Parameter;
import io.nats.client.JetStreamApiException;
import io.nats.client.api.MessageInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Forgets persons, in sweeps. One sweep: the service's own tables, the answers kept for idempotency keys, the log, the dead
 * letters and what is on its way to one durable; then the messages of the redacted events in the streams. Each part can be
 * repeated, and is, after a crash.
 */
@EachBean(ServiceModule.class)
class ErasureWork implements BackgroundWork {
    private static final Logger LOG = LoggerFactory.getLogger(ErasureWork.class);
    /** Persons a sweep: they share the passes over the log and the streams. */
    private static final int PERSONS = 500;

    private final ServiceModule module;
    private final Database database;
    private final Erasures erasures;
    private final List<PersonalData> tables;
    private final KeptAnswers answers;
    private final LogErasure log;
    private final StreamErasure streams;
    private final Messages messages;
    private final DeadLetterRedaction deadLetters;

    ErasureWork(
            @Parameter ServiceModule module,
            @Parameter Erasures erasures,
            Database database,
            List<PersonalData> tables,
            Messages messages,
            DeadLetterRedaction deadLetters) {
        this.module = module;
        this.erasures = erasures;
        this.database = database;
        this.tables = tables.stream()
                .filter(data -> data.module().equals(module.name()))
                .toList();
        this.answers = new KeptAnswers(module.schema());
        this.log = new LogErasure(database, module.schema());
        this.streams = new StreamErasure(database, module.schema(), messages);
        this.messages = messages;
        this.deadLetters = deadLetters;
    }

    static String name(ServiceModule module) {
        return "erasure-" + module.name();
    }

    @Override
    public String name() {
        return name(module);
    }

    /** For events that wait for the relay; requests wake it. */
    @Override
    public Duration idle() {
        return Duration.ofSeconds(2);
    }

    @Override
    public boolean step() throws IOException, JetStreamApiException {
        try (Handle session = database.open()) {
            if (!call(session, "pg_try_advisory_lock")) {
                return false;
            }
            try {
                boolean swept = sweep();
                return streams.replace() > 0 || swept;
            } finally {
                call(session, "pg_advisory_unlock");
            }
        } catch (NatsAwayException e) {
            LOG.debug("erasure.waiting module={} reason={}", module.name(), e.getMessage());
            return false;
        }
    }

    private boolean sweep() throws IOException, JetStreamApiException {
        List<Erasures.Due> due = database.inSystemTransaction(tx -> erasures.due(tx, PERSONS));
        if (due.isEmpty()) {
            return false;
        }
        List<Person> persons = due.stream().map(Erasures.Due::person).toList();
        persons.stream().collect(Collectors.groupingBy(Person::tenantId)).forEach(this::forget);
        long after = due.stream().mapToLong(Erasures.Due::scannedTo).min().orElse(0);
        long done = log.redact(persons, after);
        database.inSystemTransaction(tx -> {
            erasures.scanned(tx, persons, done);
            return true;
        });
        Set<Person> set = new HashSet<>(persons);
        deadLetters.redact((tenant, contact) -> set.contains(new Person(tenant, contact)), contacts(persons));
        messages.replaceEach(EventStream.REDELIVERIES, "redeliver.>", message -> redacted(message, set));
        database.inSystemTransaction(tx -> {
            erasures.swept(tx, persons);
            return true;
        });
        LOG.info("erasure.swept module={} persons={}", module.name(), persons.size());
        return true;
    }

    private void forget(String tenant, List<Person> persons) {
        Set<String> contacts = contacts(persons);
        database.useTransaction(tenant, tx -> {
            tables.forEach(data -> data.erase(tx, tenant, contacts));
            persons.forEach(person -> answers.erase(tx, person));
        });
    }

    private static Set<String> contacts(List<Person> persons) {
        Set<String> ids = new HashSet<>();
        persons.forEach(person -> ids.add(person.contactId()));
        return ids;
    }

    private static byte @Nullable [] redacted(MessageInfo message, Set<Person> persons) {
        try {
            JsonNode envelope = EventCodec.mapper().readTree(message.getData());
            String contact = Redaction.contactOf(envelope);
            if (contact == null
                    || !(envelope instanceof ObjectNode object)
                    || !persons.contains(new Person(envelope.path("tenantId").asText(), contact))) {
                return null;
            }
            ObjectNode left = Redaction.redactedEnvelope("", object);
            return left.equals(object) ? null : left.toString().getBytes(StandardCharsets.UTF_8);
        } catch (IOException poison) {
            // It becomes a dead letter, and is found there by the next sweep.
            return null;
        }
    }

    private boolean call(Handle session, String function) {
        return session.createQuery("SELECT " + function + "(hashtextextended(:name, 0))")
                .bind("name", "alum.erasure." + module.schema())
                .mapTo(Boolean.class)
                .one();
    }
}
