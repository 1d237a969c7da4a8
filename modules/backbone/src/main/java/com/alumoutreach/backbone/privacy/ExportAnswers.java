package com.alumoutreach.backbone.privacy;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.jetstream.NatsAwayException;
import com.alumoutreach.backbone.jetstream.NatsConnection;
import com.alumoutreach.backbone.module.BackgroundWork;
import com.alumoutreach.backbone.module.ServiceModule;
import com.alumoutreach.contracts.EventCodec;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.micronaut.context.annotation.EachBean;
import io.micronaut.context.annotation.Parameter;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers what a service knows of a person, over NATS: one instance of each service that has {@link PersonalData}. Asked by
 * {@link Exports}.
 */
@EachBean(ServiceModule.class)
class ExportAnswers implements BackgroundWork {
    static final String SUBJECT = "alum.export.contact";
    static final String MODULE = "Alum-Module";
    static final String PART = "Alum-Part";
    static final String PARTS = "Alum-Parts";

    /** A NATS message has at most 1 MiB. */
    private static final int PART_BYTES = 900_000;

    private static final Logger LOG = LoggerFactory.getLogger(ExportAnswers.class);

    private final ServiceModule module;
    private final Database database;
    private final List<PersonalData> tables;
    private final NatsConnection nats;
    private volatile @Nullable Connection listening;

    ExportAnswers(@Parameter ServiceModule module, Database database, List<PersonalData> tables, NatsConnection nats) {
        this.module = module;
        this.database = database;
        this.tables = tables.stream()
                .filter(data -> data.module().equals(module.name()))
                .toList();
        this.nats = nats;
    }

    @Override
    public String name() {
        return "export-" + module.name();
    }

    @Override
    public Duration idle() {
        return listening == null && !tables.isEmpty() ? Duration.ofSeconds(1) : Duration.ofMinutes(1);
    }

    /** Begins to listen; the connection takes the subscription over when it is lost and comes back. */
    @Override
    public boolean step() {
        try {
            if (listening == null && !tables.isEmpty()) {
                Connection connection = nats.require();
                connection.createDispatcher(this::answer).subscribe(SUBJECT, module.name());
                listening = connection;
            }
        } catch (NatsAwayException e) {
            LOG.debug("export.waiting reason={}", e.getMessage());
        }
        return false;
    }

    private void answer(Message question) {
        try {
            JsonNode asked = EventCodec.mapper().readTree(question.getData());
            byte[] answer = known(
                    asked.path("tenantId").asText(), asked.path("contactId").asText());
            int parts = Math.max(1, Math.ceilDiv(answer.length, PART_BYTES));
            for (int part = 0; part < parts; part++) {
                Headers headers = new Headers();
                headers.put(MODULE, module.name());
                headers.put(PART, Integer.toString(part));
                headers.put(PARTS, Integer.toString(parts));
                nats.require()
                        .publish(NatsMessage.builder()
                                .subject(question.getReplyTo())
                                .headers(headers)
                                .data(Arrays.copyOfRange(
                                        answer, part * PART_BYTES, Math.min((part + 1) * PART_BYTES, answer.length)))
                                .build());
            }
        } catch (IOException | RuntimeException e) {
            // No answer is the answer: who asked says that this service is missing.
            LOG.warn("export.not_answered module={}", module.name(), e);
        }
    }

    private byte[] known(String tenant, String contactId) throws JsonProcessingException {
        Map<String, Object> known = new LinkedHashMap<>();
        tables.forEach(data -> known.putAll(database.inTransaction(tenant, tx -> data.export(tx, tenant, contactId))));
        return EventCodec.mapper().writeValueAsBytes(known);
    }

    @PreDestroy
    void stop() {
        listening = null;
    }
}
