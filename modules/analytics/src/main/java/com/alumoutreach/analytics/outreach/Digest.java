package com.alumoutreach.analytics.outreach;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Says whether two events say the same: the order of keys, blanks and the way a number is written do not count. A time that was left to
 * us is part of neither, so that a repeated line without one is the same line.
 */
final class Digest {
    private final MessageDigest hash;

    private Digest() {
        try {
            this.hash = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    /** The first half of a SHA-256: nobody but a tenant's own automation could try to make two events of one digest. */
    static UUID of(ToldEvent event) {
        Digest digest = new Digest();
        ToldEvent.Figured figured = event.figured();
        digest.add(event.type().id());
        digest.add(event.campaignId());
        digest.add(event.leadId());
        digest.add(event.happenedAt());
        digest.add(figured.campaignName());
        digest.add(figured.channel());
        digest.add(figured.classification());
        digest.add(figured.dueAt());
        digest.add(figured.autoReply());
        digest.addJson(event.metadata());
        ByteBuffer bytes = ByteBuffer.wrap(digest.hash.digest());
        return new UUID(bytes.getLong(), bytes.getLong());
    }

    /** With its length, so that no two lists of values look the same. */
    private void add(@Nullable Object value) {
        if (value == null) {
            hash.update((byte) 0);
            return;
        }
        byte[] bytes = value.toString().getBytes(StandardCharsets.UTF_8);
        hash.update((byte) 1);
        hash.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
        hash.update(bytes);
    }

    private void addJson(@Nullable JsonNode value) {
        if (value == null) {
            add(null);
            return;
        }
        add(value.getNodeType());
        add(value.size());
        switch (value.getNodeType()) {
            case OBJECT -> {
                TreeMap<String, JsonNode> sorted = new TreeMap<>();
                value.properties().forEach(field -> sorted.put(field.getKey(), field.getValue()));
                sorted.forEach((key, field) -> {
                    add(key);
                    addJson(field);
                });
            }
            case ARRAY -> value.forEach(this::addJson);
            case NUMBER -> add(value.decimalValue().stripTrailingZeros());
            default -> add(value.asText());
        }
    }
}
