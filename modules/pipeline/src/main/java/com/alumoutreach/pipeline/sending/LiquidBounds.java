package com.alumoutreach.pipeline.sending;

import java.util.Collection;
import liqp.RenderTransformer;
import liqp.TemplateContext;
import liqp.filters.Filter;
import liqp.nodes.LNode;
import liqp.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The bounds that the Liquid library does not have itself. */
final class LiquidBounds {
    /** Of what is rendered, and of every value on the way: {@code append} in a loop doubles a text at every round. */
    static final int MAX_CHARS = 1_000_000;

    private LiquidBounds() {}

    private static void stopWhenInterrupted() {
        if (Thread.currentThread().isInterrupted()) {
            throw new RenderingException("stopped", null);
        }
    }

    /** A filter whose result is bounded. */
    static final class BoundedFilter extends Filter {
        private final Filter filter;

        BoundedFilter(Filter filter) {
            super(filter.name);
            this.filter = filter;
        }

        @Override
        public @Nullable Object apply(@Nullable Object value, TemplateContext context, Object... parameters) {
            stopWhenInterrupted();
            Object result = filter.apply(value, context, parameters);
            if (size(result) > MAX_CHARS) {
                throw new RenderingException("the result of " + name + " exceeds " + MAX_CHARS, null);
            }
            return result;
        }

        private static int size(@Nullable Object result) {
            if (result == null) {
                return 0;
            }
            return switch (result) {
                case CharSequence text -> text.length();
                case Collection<?> items -> items.size();
                case Object[] items -> items.length;
                default -> 0;
            };
        }
    }

    /** The library's output, which can be interrupted: nobody waits for a text whose time is over. */
    record Output(RenderTransformer library) implements RenderTransformer {
        @Override
        public ObjectAppender.Controller newObjectAppender(TemplateContext context, int estimate) {
            ObjectAppender.Controller output = library.newObjectAppender(context, estimate);
            return new ObjectAppender.Controller() {
                @Override
                public void append(Object part) {
                    stopWhenInterrupted();
                    output.append(part);
                }

                @Override
                public Object getResult() {
                    return output.getResult();
                }
            };
        }

        @Override
        public Object transformObject(TemplateContext context, Object rendered) {
            return library.transformObject(context, rendered);
        }
    }

    /** {@code include_relative} reads files without asking the name resolver. */
    static final class NoInclude extends Tag {
        NoInclude() {
            super("include_relative");
        }

        @Override
        public Object render(TemplateContext context, LNode... nodes) {
            throw new RenderingException("a template cannot include a file", null);
        }
    }
}
