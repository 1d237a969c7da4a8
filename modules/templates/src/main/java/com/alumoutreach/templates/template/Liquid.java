package com.alumoutreach.templates.template;

import com.alumoutreach.backbone.http.ProblemException;
import liqp.TemplateParser;
import liqp.nodes.LNode;
import liqp.parser.v4.NodeVisitor;
import liquid.parser.v4.LiquidParser.Include_relative_tagContext;
import liquid.parser.v4.LiquidParser.Include_tagContext;
import liquid.parser.v4.LiquidParser.Simple_tagContext;

/** What a template may be made of: Liquid that parses, with filters that exist, and without files of the server. */
final class Liquid {
    /** The parser quotes what it did not understand, which may be the whole template. */
    private static final int MAX_REASON = 300;

    private Liquid() {}

    /** @throws ProblemException INVALID_TEMPLATE */
    static void check(String liquid) {
        try {
            new Checker(TemplateParser.DEFAULT)
                    .visit(TemplateParser.DEFAULT.parse(liquid).getParseTree());
        } catch (StackOverflowError e) {
            throw invalid("it is nested too deeply");
        } catch (RuntimeException e) {
            throw invalid(String.valueOf(e.getMessage()));
        }
    }

    private static ProblemException invalid(String reason) {
        return ProblemException.badRequest(
                "INVALID_TEMPLATE", "Not valid Liquid: " + reason.substring(0, Math.min(MAX_REASON, reason.length())));
    }

    /** Builds what would be rendered, which is where unknown filters come to light. */
    private static final class Checker extends NodeVisitor {
        Checker(TemplateParser parser) {
            super(parser.insertions, parser.filters, parser.liquidStyleInclude);
        }

        @Override
        public LNode visitInclude_tag(Include_tagContext tag) {
            throw cannotInclude();
        }

        @Override
        public LNode visitInclude_relative_tag(Include_relative_tagContext tag) {
            throw cannotInclude();
        }

        /** Where the grammar puts {@code include_relative} in Liquid's own dialect. */
        @Override
        public LNode visitSimple_tag(Simple_tagContext tag) {
            if (tag.SimpleTagId().getText().equals("include_relative")) {
                throw cannotInclude();
            }
            return super.visitSimple_tag(tag);
        }

        private static IllegalArgumentException cannotInclude() {
            return new IllegalArgumentException("a template cannot include a file");
        }
    }
}
