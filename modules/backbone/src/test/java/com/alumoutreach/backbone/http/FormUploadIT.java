package com.alumoutreach.backbone.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.alumoutreach.backbone.testing.RunningService;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** A file may come in a form as well; it is then no smaller. */
class FormUploadIT {
    private static final int SIZE = 12_000_000;

    @Test
    void aFormsFileMayBeLargerThanWhatIsHeldInMemoryPackedOrNot() throws Exception {
        byte[] form = form();
        try (RunningService service = RunningService.start(Map.of("probe.enabled", "true"))) {
            assertThat(upload(service, form)).isEqualTo("200 " + SIZE);
            assertThat(upload(service, packed(form), "Content-Encoding", "gzip"))
                    .isEqualTo("200 " + SIZE);
        }
    }

    private static String upload(RunningService service, byte[] form, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(service.url() + "/probe/forms"))
                .header("Content-Type", "multipart/form-data; boundary=line")
                .POST(HttpRequest.BodyPublishers.ofByteArray(form));
        if (headers.length > 0) {
            request.headers(headers);
        }
        HttpResponse<String> answer =
                HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
        return answer.statusCode() + " " + answer.body();
    }

    /** Of letters and digits, so that it packs to more than 2 MB too. */
    private static byte[] form() {
        StringBuilder form = new StringBuilder("--line\r\nContent-Disposition: form-data; name=\"file\";"
                + " filename=\"a.csv\"\r\nContent-Type: text/csv\r\n\r\n");
        Random random = new Random(1);
        for (int i = 0; i < SIZE; i++) {
            form.append(Character.forDigit(random.nextInt(36), 36));
        }
        return form.append("\r\n--line--\r\n").toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] packed(byte[] plain) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(plain);
        }
        return packed.toByteArray();
    }
}
