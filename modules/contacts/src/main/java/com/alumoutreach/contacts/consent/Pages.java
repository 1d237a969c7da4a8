package com.alumoutreach.contacts.consent;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import java.util.List;

/** The few pages that recipients see. They need no script, load nothing, and work at any width. */
final class Pages {
    private static final String PAGE = """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="robots" content="noindex"><title>%1$s</title>
            <style>body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:3rem auto;padding:0 1rem;color:#222}
            button{font:inherit;padding:.5rem 1rem}label{display:block;margin:.5rem 0}</style></head>
            <body><main><h1>%1$s</h1>
            %2$s
            </main></body></html>
            """;

    private Pages() {}

    /** A box of the preference page; {@code name} says what it is about, and {@code on} how it is shown. */
    record Box(String name, String label, boolean on) {}

    static HttpResponse<String> message(String title, String text) {
        return page(HttpStatus.OK, title, "<p>" + escaped(text) + "</p>");
    }

    /** The same for every link that is none: it says nothing about what exists. */
    static HttpResponse<String> invalid() {
        return page(
                HttpStatus.NOT_FOUND,
                "This link does not work",
                "<p>It is incomplete, or it has expired. Please use the link in the mail as it is.</p>");
    }

    static HttpResponse<String> button(String title, String text, String label, String field, String value) {
        return page(HttpStatus.OK, title, """
                <p>%s</p><form method="post"><input type="hidden" name="%s" value="%s"><button>%s</button></form>
                """.formatted(escaped(text), escaped(field), escaped(value), escaped(label)));
    }

    static HttpResponse<String> boxes(String title, String text, List<Box> boxes) {
        StringBuilder form = new StringBuilder("<p>" + escaped(text) + "</p><form method=\"post\">");
        for (Box box : boxes) {
            form.append("<label><input type=\"checkbox\" name=\"on\" value=\"%s\"%s> %s</label>"
                    .formatted(escaped(box.name()), box.on() ? " checked" : "", escaped(box.label())));
            form.append("<input type=\"hidden\" name=\"%s\" value=\"%s\">"
                    .formatted(box.on() ? "was-on" : "was-off", escaped(box.name())));
        }
        return page(
                HttpStatus.OK,
                title,
                form.append("<button>Save</button></form>").toString());
    }

    private static HttpResponse<String> page(HttpStatus status, String title, String body) {
        return HttpResponse.<String>status(status)
                .body(PAGE.formatted(escaped(title), body))
                .contentType(MediaType.TEXT_HTML_TYPE.getName() + ";charset=utf-8")
                .header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'")
                .header("Referrer-Policy", "no-referrer")
                .header("X-Robots-Tag", "noindex")
                .header("Cache-Control", "no-store");
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
