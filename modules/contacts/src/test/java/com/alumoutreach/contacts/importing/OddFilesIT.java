package com.alumoutreach.contacts.importing;

import static org.assertj.core.api.Assertions.assertThat;

import com.alumoutreach.backbone.testing.RunningService;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files as people really have them, and as people make them who mean harm. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OddFilesIT {
    private static final AtomicInteger TENANTS = new AtomicInteger();
    private static final int MEGABYTE = 1 << 20;
    private RunningService service;

    @BeforeAll
    void start() {
        service = RunningService.start(Map.of("alum.http.rate-limit.enabled", false));
    }

    @AfterAll
    void stop() {
        service.close();
    }

    private ImportClient client() {
        return new ImportClient(service, "tenant-odd-" + TENANTS.incrementAndGet());
    }

    @ParameterizedTest
    @CsvSource({
        "UTF-8, false",
        "UTF-8, true",
        "UTF-16LE, false",
        "UTF-16LE, true",
        "UTF-16BE, false",
        "UTF-16BE, true",
        "windows-1252, false"
    })
    void encodingsAreFoundOut(String encoding, boolean mark) {
        ImportClient client = client();
        String text = (mark ? "\uFEFF" : "")
                + "email,firstName\r\nzoe@example.com,Zo\u00eb\r\nj@example.com,J\u00f6rg \u20ac\r\n";
        JsonNode done = client.upload("", "text/csv", text.getBytes(Charset.forName(encoding)));
        assertThat(done.get("created").intValue()).as(done.toString()).isEqualTo(2);
        assertThat(done.get("encoding").textValue()).isEqualTo(encoding);
        assertThat(client.contact("zoe@example.com").get("firstName").textValue())
                .isEqualTo("Zo\u00eb");
        assertThat(client.contact("j@example.com").get("firstName").textValue()).isEqualTo("J\u00f6rg \u20ac");
    }

    @ParameterizedTest
    @ValueSource(strings = {",", ";", "\t", "|"})
    void separatorsAreFoundOut(String separator) {
        ImportClient client = client();
        String file = "email,\"first,;|name\",city\n a@example.com ,\"A,;|\",X\n"
                .replace(",", "\0")
                .replace("first\0", "first,")
                .replace("A\0", "A,")
                .replace("\0", separator);
        JsonNode done = client.upload("", file);
        assertThat(done.get("created").intValue()).as(done.toString()).isEqualTo(1);
        assertThat(client.contact("a@example.com").at("/attributes/city").textValue())
                .isEqualTo("X");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void lineEndsOfAllKindsAndQuotedOnes(String end) {
        ImportClient client = client();
        JsonNode done = client.upload(
                "", String.join(end, "email,note", "a@example.com,\"one" + end + "two\"", "b@example.com,x", ""));
        assertThat(done.get("created").intValue()).as(done.toString()).isEqualTo(2);
        assertThat(client.contact("a@example.com").at("/attributes/note").textValue())
                .isEqualTo("one" + end + "two");
    }

    @Test
    void rowsThatComeTwiceAreOneContact() {
        ImportClient client = client();
        JsonNode done = client.upload(
                "", "email,firstName,age\nA@example.com,A,1\na@example.com,B,\na@example.com,B,1\nb@example.com,C,2\n");
        assertThat(done.get("created").intValue()).isEqualTo(2);
        assertThat(done.get("updated").intValue()).isEqualTo(1);
        assertThat(done.get("unchanged").intValue()).isEqualTo(1);
        assertThat(client.contacts()).isEqualTo(2);
        assertThat(client.contact("a@example.com").get("firstName").textValue()).isEqualTo("B");
        assertThat(client.contact("a@example.com").at("/attributes/age").textValue())
                .isEqualTo("1");
    }

    @Test
    void twoHundredColumns() {
        ImportClient client = client();
        String header = IntStream.range(0, 199).mapToObj(i -> "c" + i).collect(Collectors.joining(","));
        JsonNode done = client.upload("", "email," + header + "\na@example.com," + header + "\n");
        assertThat(done.get("created").intValue()).as(done.toString()).isEqualTo(1);
        assertThat(client.contact("a@example.com").get("attributes")).hasSize(199);
    }

    @Test
    void columnsWithOneNameOrNone() {
        ImportClient client = client();
        JsonNode done = client.upload(
                "", "Email,Email,Email 2,city,city,,firstName\na@example.com,b@example.com,c@example.com,X,Y,Z,A\n");
        assertThat(done.get("created").intValue()).as(done.toString()).isEqualTo(1);
        JsonNode a = client.contact("a@example.com");
        assertThat(a.get("attributes").toString()).isEqualTo("{\"city\":\"X\",\"city 2\":\"Y\"}");
        assertThat(client.number(
                        "SELECT count(*) FROM contacts.contact_emails WHERE tenant_id = '" + client.tenant() + "'"))
                .isEqualTo(2);
        // Found again by a further address, whose contact keeps its first one; nobody else may have it.
        JsonNode again = client.upload("", "email,emails,lastName\nC@example.com,,C\nd@example.com,b@example.com,D\n");
        assertThat(again.get("updated").intValue()).as(again.toString()).isEqualTo(1);
        assertThat(again.get("failed").intValue()).isEqualTo(1);
        assertThat(client.errors(again.get("id").textValue()).getFirst()).startsWith("2,EMAIL_TAKEN,");
        assertThat(client.contact("a@example.com").get("lastName").textValue()).isEqualTo("C");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "__proto__",
                "'; DROP TABLE contacts.contacts; --",
                "constructor",
                "tenant_id",
                "id\"",
                "${jndi:x}"
            })
    void headersThatWantMoreThanToBeAName(String name) {
        ImportClient client = client();
        JsonNode done = client.upload("", "email,\"" + name.replace("\"", "\"\"") + "\"\na@example.com,value\n");
        assertThat(done.get("created").intValue()).as(done.toString()).isEqualTo(1);
        assertThat(client.contact("a@example.com").get("attributes").get(name).textValue())
                .isEqualTo("value");
        assertThat(client.contacts()).isEqualTo(1);
    }

    @Test
    void aHeaderThatIsTooLongIsSaidClearly() {
        ImportClient client = client();
        JsonNode done = client.upload("", "email,attributes." + "x".repeat(10_000) + "\na@example.com,1\n");
        assertThat(done.get("status").textValue()).isEqualTo("failed");
        assertThat(done.get("failure").textValue()).contains("column 2").hasSizeLessThan(300);
        assertThat(client.post(
                                ImportClient.PATH + "?mapping=%7B%22a%22:%22attributes." + "x".repeat(1_000) + "%22%7D",
                                "text/csv",
                                HttpRequest.BodyPublishers.ofString("email\n"))
                        .body())
                .contains("INVALID_MAPPING");
    }

    @Test
    void aCellOf10MegabytesEndsTheImportBehindTheRowsBeforeIt() {
        ImportClient client = client();
        JsonNode done = client.upload(
                "", "email,note\na@example.com,x\nb@example.com," + "x".repeat(10 * MEGABYTE) + "\nc@example.com,x\n");
        assertThat(done.get("status").textValue()).isEqualTo("failed");
        assertThat(done.get("failure").textValue()).contains("Row 2 cannot be read");
        assertThat(done.get("created").intValue()).isEqualTo(1);
    }

    @Test
    void aQuoteThatIsNeverClosedDoesNotSwallowTheFile() {
        ImportClient client = client();
        String id = client.begin(
                "text/csv",
                () -> new Repeated(
                        "email,note\na@example.com,x\nb@example.com,\"open\n",
                        "c@example.com,more text of a row\n",
                        30 * MEGABYTE));
        JsonNode done = client.over(id);
        assertThat(done.get("status").textValue()).isEqualTo("failed");
        assertThat(done.get("failure").textValue()).contains("Row 2", "a quote that is not closed");
        assertThat(done.get("created").intValue()).isEqualTo(1);
        assertThat(done.get("bytesRead").longValue()).isLessThan(8 * MEGABYTE);
    }

    @Test
    void nulBytesFailTheirRow() {
        ImportClient client = client();
        JsonNode done = client.upload("", "email,note\na@example.com,a\0b\nb@example.com,x\n");
        assertThat(done.get("created").intValue()).as(done.toString()).isEqualTo(1);
        assertThat(client.errors(done.get("id").textValue()))
                .singleElement()
                .asString()
                .startsWith("1,INVALID_TEXT,");
    }

    @Test
    void formulasAreHarmlessInTheFileOfErrors() {
        ImportClient client = client();
        JsonNode done = client.upload(
                "",
                "email,note\nx,=cmd|' /C calc'!A0\ny,+1\nz,-1\nw,@SUM(1)\nv,\"\ttab\"\nu,\"say \"\"hi\"\", you\"\n");
        assertThat(done.get("failed").intValue()).as(done.toString()).isEqualTo(6);
        assertThat(client.service()
                        .get(ImportClient.PATH + "/" + done.get("id").textValue() + "/errors", client.token())
                        .body())
                .startsWith("row,code,detail,email,note\r\n");
        assertThat(client.errors(done.get("id").textValue()))
                .allSatisfy(line -> assertThat(line).contains(",INVALID_EMAIL,"))
                .anySatisfy(line -> assertThat(line).endsWith(",x,'=cmd|' /C calc'!A0"))
                .anySatisfy(line -> assertThat(line).endsWith(",y,'+1"))
                .anySatisfy(line -> assertThat(line).endsWith(",z,'-1"))
                .anySatisfy(line -> assertThat(line).endsWith(",w,'@SUM(1)"))
                .anySatisfy(line -> assertThat(line).endsWith(",v,'\ttab"))
                .anySatisfy(line -> assertThat(line).endsWith(",u,\"say \"\"hi\"\", you\""));
    }

    @Test
    void aPackedFileOfJsonLines() throws IOException {
        ImportClient client = client();
        String file = """
                {"email":"a@example.com","First Name":"A","age":41,"vip":true,"tags":["x","y"],"emails":["a2@example.com"]}

                {"email":"b@example.com","attributes":{"list":[1,"two"],"n":null},"consent":{"email":true,"sms":"no"}}
                {"email":"b@example.com"
                [1,2]
                {"email":"c@example.com","consent":{"fax":true}}
                """;
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(packed)) {
            out.write(file.getBytes(StandardCharsets.UTF_8));
        }
        var answer = client.service().post(ImportClient.PATH, file, "application/x-ndjson", client.token());
        JsonNode done = client.over(ImportClient.json(answer).get("id").textValue());
        assertThat(done.get("created").intValue())
                .as(done + client.errors(done.get("id").textValue()).toString())
                .isEqualTo(2);
        assertThat(client.errors(done.get("id").textValue()))
                .extracting(line -> line.split(",")[1])
                .containsExactly("INVALID_JSON", "INVALID_JSON", "INVALID_CONSENT");
        assertThat(client.contact("a@example.com").get("attributes").toString())
                .isEqualTo("{\"First Name\":\"A\",\"age\":41,\"vip\":true}".replace("\"First Name\":\"A\",", ""));
        assertThat(client.contact("a@example.com").get("firstName").textValue()).isEqualTo("A");
        assertThat(client.contact("b@example.com").at("/attributes/list").toString())
                .isEqualTo("[1,\"two\"]");
        assertThat(client.consents()).containsExactly("b@example.com email  granted", "b@example.com sms  revoked");
        assertThat(packed.size()).isPositive();
    }

    @Test
    void aPreviewShowsWhatWouldBeRead() {
        ImportClient client = client();
        var answer = client.post(
                ImportClient.PATH + "/preview?mapping=%7B%22Who%22:%22email%22%7D",
                "text/csv",
                HttpRequest.BodyPublishers.ofByteArray(
                        "Who;Telefon;Vorname;consent.email\na@example.com;504-621-8927;J\u00f6rg;yes\nnobody;;;\n"
                                .getBytes(Charset.forName("windows-1252"))));
        JsonNode preview = ImportClient.json(answer);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(preview.get("encoding").textValue()).isEqualTo("windows-1252");
        assertThat(preview.get("separator").textValue()).isEqualTo(";");
        assertThat(preview.get("columns").findValuesAsText("field"))
                .containsExactly("email", "attributes.Telefon", "attributes.Vorname", "consent.email");
        assertThat(preview.at("/rows/0/email").textValue()).isEqualTo("a@example.com");
        assertThat(preview.at("/rows/0/consents/email").booleanValue()).isTrue();
        assertThat(preview.at("/rows/1/code").textValue()).isEqualTo("INVALID_EMAIL");
        assertThat(client.contacts()).isZero();
    }

    @Test
    void aFormTakesAFileOfMoreThanAMegabyte() {
        ImportClient client = client();
        String rows = IntStream.range(0, 60_000)
                .mapToObj(i -> "row" + i + "@example.com,not an address\n")
                .collect(Collectors.joining());
        String body = "--line\r\nContent-Disposition: form-data; name=\"mode\"\r\n\r\ncreate\r\n--line\r\n"
                + "Content-Disposition: form-data; name=\"dryRun\"\r\n\r\ntrue\r\n--line\r\n"
                + "Content-Disposition: form-data; name=\"file\"; filename=\"c.csv\"\r\nContent-Type: text/csv\r\n\r\nemail,note\n"
                + rows + "\r\n--line--\r\n";
        var answer = client.post(
                ImportClient.PATH, "multipart/form-data; boundary=line", HttpRequest.BodyPublishers.ofString(body));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        JsonNode done = client.over(ImportClient.json(answer).get("id").textValue());
        assertThat(done.get("created").intValue()).as(done.toString()).isEqualTo(60_000);
        assertThat(done.get("dryRun").booleanValue()).isTrue();
        assertThat(client.contacts()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"email\":null}|INVALID_MAPPING",
                "null|INVALID_MAPPING",
                "[]|INVALID_MAPPING",
                "{\"a\\u0000\":\"email\"}|INVALID_TEXT",
                "{\"x\":\"attributes.a\\u0000\"}|INVALID_TEXT"
            })
    void aMappingThatIsNoneIsRefused(String mapping, String code) {
        ImportClient client = client();
        for (String path : List.of(ImportClient.PATH, ImportClient.PATH + "/preview")) {
            var answer = client.post(
                    path + "?mapping=" + URLEncoder.encode(mapping, StandardCharsets.UTF_8),
                    "text/csv",
                    HttpRequest.BodyPublishers.ofString("email\na@example.com\n"));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
            assertThat(answer.body()).contains(code);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "yes", "TRUE", "t", ""})
    void whoAsksForADryRunInOtherWordsIsNotGivenARealOne(String said) {
        ImportClient client = client();
        var query = client.post(
                ImportClient.PATH + "?dryRun=" + said,
                "text/csv",
                HttpRequest.BodyPublishers.ofString("email\na@example.com\n"));
        assertThat(query.statusCode()).as(query.body()).isEqualTo(400);
        assertThat(query.body()).contains("INVALID_DRY_RUN");
        var form = postForm(
                client, "", "--line\r\nContent-Disposition: form-data; name=\"dryRun\"\r\n\r\n" + said + "\r\n");
        assertThat(form.statusCode()).as(form.body()).isEqualTo(400);
        assertThat(form.body()).contains("INVALID_DRY_RUN");
        var both = postForm(client, "?dryRun=" + said, "");
        assertThat(both.statusCode()).as(both.body()).isEqualTo(400);
        assertThat(both.body()).contains("INVALID_DRY_RUN");
        assertThat(client.number("SELECT count(*) FROM contacts.imports WHERE tenant_id = '" + client.tenant() + "'"))
                .isZero();
    }

    @Test
    void whatTheFormDoesNotSayTheQueryMaySay() {
        var answer = postForm(client(), "?dryRun=true&tag=autumn", "");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        assertThat(answer.body()).contains("\"dryRun\":true");
    }

    /** @param parts beside the file */
    private static HttpResponse<String> postForm(ImportClient client, String query, String parts) {
        return client.post(
                ImportClient.PATH + query,
                "multipart/form-data; boundary=line",
                HttpRequest.BodyPublishers.ofString(
                        parts + "--line\r\nContent-Disposition: form-data; name=\"file\"; filename=\"c.csv\"\r\n"
                                + "Content-Type: text/csv\r\n\r\nemail\na@example.com\r\n--line--\r\n"));
    }

    /** Text again and again, without being held. */
    private static final class Repeated extends InputStream {
        private final byte[] first;
        private final byte[] then;
        private final long bytes;
        private long at;

        Repeated(String first, String then, long bytes) {
            this.first = first.getBytes(StandardCharsets.UTF_8);
            this.then = then.getBytes(StandardCharsets.UTF_8);
            this.bytes = bytes;
        }

        @Override
        public int read() {
            if (at >= bytes) {
                return -1;
            }
            byte next = at < first.length ? first[(int) at] : then[(int) ((at - first.length) % then.length)];
            at++;
            return next & 0xff;
        }
    }
}
