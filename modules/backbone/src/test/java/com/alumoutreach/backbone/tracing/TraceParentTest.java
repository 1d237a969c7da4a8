package com.alumoutreach.backbone.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceParentTest {
    private static final String VALID = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    @Test
    void readsAndWritesTheHeader() {
        assertThat(TraceParent.parse(VALID))
                .isEqualTo(new TraceParent("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7", true))
                .hasToString(VALID);
        assertThat(TraceParent.parse(VALID.substring(0, 53) + "00")).hasToString(VALID.substring(0, 53) + "00");
    }

    @Test
    void readsLaterVersionsAndOtherFlagsAsFarAsItKnowsThem() {
        assertThat(TraceParent.parse("cc" + VALID.substring(2) + "-what-the-future-will-be-like"))
                .hasToString(VALID);
        assertThat(TraceParent.parse(VALID.substring(0, 53) + "03")).hasToString(VALID);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
                "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.more",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0x",
                "\u0660\u0660-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
            })
    void whatTheSpecificationCallsInvalidIsNoContext(String header) {
        assertThat(TraceParent.parse(header)).isNull();
    }

    @Test
    void aCorrelationIdAlwaysLeadsToTheSameTrace() {
        TraceParent trace = TraceParent.ofCorrelation("my-import", true);

        assertThat(trace).isEqualTo(TraceParent.ofCorrelation("my-import", true));
        assertThat(trace.traceId())
                .isNotEqualTo(TraceParent.ofCorrelation("other", true).traceId());
        assertThat(TraceParent.parse(trace.toString())).isEqualTo(trace);
    }
}
