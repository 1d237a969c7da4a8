package com.alumoutreach.backbone.http;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The version of a resource as HTTP says it: a strong {@code ETag}, RFC 9110 section 8.8.3.
 *
 * @param value with its quotes, for example {@code "7"}
 */
public record EntityTag(String value) {
    /** One tag of {@code If-Match} or {@code If-None-Match}; group 1 is there when it is weak. */
    static final Pattern ONE = Pattern.compile("(W/)?(\"[\\x21\\x23-\\x7e]*\")");

    /** Between the version and what else the answer shows. */
    static final String SEPARATOR = "-";

    /**
     * @param version of the resource, from 1
     * @param derived what the answer also shows and what changes without a new version, in letters and digits; {@code
     *     If-Match} does not look at it
     */
    public static EntityTag of(long version, Object... derived) {
        String rest = Arrays.stream(derived).map(part -> SEPARATOR + part).collect(Collectors.joining());
        return new EntityTag("\"" + version + rest + "\"");
    }

    /** @return 304 when the caller has this version already, otherwise 200 with the body */
    public <T> HttpResponse<T> unlessKnown(@Nullable String ifNoneMatch, T body) {
        return on(ifNoneMatch != null && known(ifNoneMatch) ? HttpResponse.notModified() : HttpResponse.ok(body));
    }

    public <T> HttpResponse<T> ok(T body) {
        return on(HttpResponse.ok(body));
    }

    public <T> HttpResponse<T> on(MutableHttpResponse<T> response) {
        return response.header(HttpHeaders.ETAG, value);
    }

    /** The weak comparison: RFC 9110 section 13.1.2. */
    private boolean known(String ifNoneMatch) {
        return ifNoneMatch.strip().equals("*")
                || ONE.matcher(ifNoneMatch)
                        .results()
                        .anyMatch(tag -> tag.group(2).equals(value));
    }
}
