package com.alumoutreach.pipeline.sending;

import java.io.FileNotFoundException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import liqp.TemplateParser;
import liqp.parser.Flavor;

/**
 * Fills variables into Liquid, within bounds: a template of one tenant must not take time, memory or files that are not its
 * own. Rendering has a thread of its own (not a virtual one, of which a busy loop would take the carrier), so that also a
 * stack overflow or an array too large for memory is the template's failure and not the sender's.
 */
final class Liquid {
    private static final Duration MAX_TIME = Duration.ofSeconds(2);

    /** Rounds of all loops of a text together. */
    private static final int MAX_ITERATIONS = 10_000;

    private static final TemplateParser PARSER = parser();

    private Liquid() {}

    /** @throws RenderingException when the text is no valid Liquid, or wants more than it may have */
    static String fill(String liquid, Map<String, Object> variables) {
        ExecutorService thread = Executors.newSingleThreadExecutor(
                task -> Thread.ofPlatform().daemon().name("liquid").unstarted(task));
        try {
            return thread.submit(() -> PARSER.parse(liquid).renderUnguarded(variables))
                    .get(MAX_TIME.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new RenderingException("takes longer than " + MAX_TIME.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            throw new RenderingException(String.valueOf(e.getCause()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RenderingException("interrupted", e);
        } finally {
            thread.shutdownNow();
        }
    }

    private static TemplateParser parser() {
        TemplateParser.Builder builder = new TemplateParser.Builder()
                .withMaxIterations(MAX_ITERATIONS)
                .withMaxSizeRenderedString(LiquidBounds.MAX_CHARS)
                .withRenderTransformer(new LiquidBounds.Output(TemplateParser.DEFAULT.getRenderTransformer()))
                .withNameResolver(name -> {
                    // The library's own resolver reads any file of the server, as include '/etc/passwd'.
                    throw new FileNotFoundException("a template cannot include a file");
                });
        Flavor.LIQP
                .getFilters()
                .getMap()
                .values()
                .forEach(filter -> builder.withFilter(new LiquidBounds.BoundedFilter(filter)));
        return builder.withTag(new LiquidBounds.NoInclude()).build();
    }
}
