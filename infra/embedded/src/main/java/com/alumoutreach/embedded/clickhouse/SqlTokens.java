package com.alumoutreach.embedded.clickhouse;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Cuts a statement into the tokens of ClickHouse's lexer, as far as we need them: words, strings, quoted names and single
 * signs, without white space and comments. Works on one char a byte (ISO 8859-1), so that positions are byte positions.
 */
final class SqlTokens {
    /** A token with its place in the text; {@code depth} counts the parentheses around it. */
    record Token(Kind kind, int start, int end, int depth, String text) {
        boolean is(String word) {
            return kind == Kind.WORD && text.equalsIgnoreCase(word);
        }

        boolean isSign(char sign) {
            return kind == Kind.SIGN && text.charAt(0) == sign;
        }
    }

    enum Kind {
        WORD,
        STRING,
        QUOTED_NAME,
        SIGN
    }

    private final String sql;
    private int at;
    private int depth;

    private SqlTokens(String sql) {
        this.sql = sql;
    }

    /**
     * The tokens of the text. Stops behind {@code FORMAT name} or {@code VALUES} of an INSERT: what follows is data, not
     * SQL.
     */
    static List<Token> of(String sql) {
        SqlTokens lexer = new SqlTokens(sql);
        List<Token> tokens = new ArrayList<>();
        boolean insert = false;
        boolean select = false;
        while (lexer.skipBlanks()) {
            Token token = lexer.next();
            tokens.add(token);
            if (token.depth() > 0 || token.kind() != Kind.WORD) {
                continue;
            }
            insert |= tokens.size() == 1 && token.is("INSERT");
            select |= token.is("SELECT") || token.is("WITH");
            Token before = tokens.get(Math.max(0, tokens.size() - 2));
            boolean values = token.is("VALUES") && !select && !isName(tokens, tokens.size() - 1);
            boolean format = before.is("FORMAT") && !isName(tokens, tokens.size() - 2);
            if (insert && (values || format)) {
                break;
            }
        }
        return tokens;
    }

    /** INSERT INTO values …, INSERT INTO d.format …: here the word names a table. */
    static boolean isName(List<Token> tokens, int index) {
        Token before = tokens.get(Math.max(0, index - 1));
        return before.is("INTO") || before.is("TABLE") || before.isSign('.');
    }

    private boolean skipBlanks() {
        while (at < sql.length()) {
            char c = sql.charAt(at);
            // ClickHouse's words are ASCII; outside of quotes it takes other characters for blanks or unusual quotes.
            if (c <= ' ' || c >= 0x80) {
                at++;
            } else if (sql.startsWith("--", at) || sql.startsWith("# ", at) || sql.startsWith("#!", at)) {
                at = endOf("\n", at);
            } else if (sql.startsWith("/*", at)) {
                at = endOf("*/", at + 2);
            } else {
                return true;
            }
        }
        return false;
    }

    private Token next() {
        int start = at;
        char c = sql.charAt(at);
        if (c == '\'' || c == '"' || c == '`') {
            skipQuoted(c);
            return token(c == '\'' ? Kind.STRING : Kind.QUOTED_NAME, start);
        }
        if (isWordPart(c)) {
            while (at < sql.length() && isWordPart(sql.charAt(at))) {
                at++;
            }
            return token(Kind.WORD, start);
        }
        if (c == '$' && skipHeredoc()) {
            return token(Kind.STRING, start);
        }
        at++;
        if (c == ')' || c == ']' || c == '}') {
            depth = Math.max(0, depth - 1);
        }
        Token token = token(Kind.SIGN, start);
        if (c == '(' || c == '[' || c == '{') {
            depth++;
        }
        return token;
    }

    private Token token(Kind kind, int start) {
        return new Token(kind, start, at, depth, sql.substring(start, at));
    }

    private void skipQuoted(char quote) {
        at++;
        while (at < sql.length()) {
            char c = sql.charAt(at++);
            if (c == '\\') {
                at++;
            } else if (c == quote) {
                if (at >= sql.length() || sql.charAt(at) != quote) {
                    return;
                }
                at++; // a doubled quote stands for itself
            }
        }
        at = sql.length();
    }

    private boolean skipHeredoc() {
        int tagEnd = sql.indexOf('$', at + 1);
        if (tagEnd < 0 || !sql.substring(at + 1, tagEnd).chars().allMatch(c -> isWordPart((char) c))) {
            return false;
        }
        String tag = sql.substring(at, tagEnd + 1);
        int close = sql.indexOf(tag, tagEnd + 1);
        if (close < 0) {
            return false;
        }
        at = close + tag.length();
        return true;
    }

    private int endOf(String mark, int from) {
        int found = sql.indexOf(mark, from);
        return found < 0 ? sql.length() : found + mark.length();
    }

    private static boolean isWordPart(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    }

    static String lower(Token token) {
        String text = token.text();
        String bare = token.kind() == Kind.QUOTED_NAME ? text.substring(1, Math.max(1, text.length() - 1)) : text;
        return bare.toLowerCase(Locale.ROOT);
    }
}
