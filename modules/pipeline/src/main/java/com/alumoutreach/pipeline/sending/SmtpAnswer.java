package com.alumoutreach.pipeline.sending;

import jakarta.mail.MessagingException;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPSenderFailedException;

/**
 * What a mail server said when it did not take a mail (RFC 5321, section 4.2).
 *
 * @param code 400–499: not now; 500–599: never; {@link #NONE} when it said nothing
 */
record SmtpAnswer(int code, String text) {
    static final int NONE = -1;

    /** Angus Mail wraps the answer to one recipient into "Invalid Addresses". */
    static SmtpAnswer of(MessagingException failure) {
        for (Exception e = failure; e instanceof MessagingException wrapping; e = wrapping.getNextException()) {
            int code = switch (e) {
                case SMTPAddressFailedException recipient -> recipient.getReturnCode();
                case SMTPSenderFailedException sender -> sender.getReturnCode();
                case SMTPSendFailedException mail -> mail.getReturnCode();
                default -> NONE;
            };
            if (code > 0) {
                return new SmtpAnswer(code, text(e));
            }
        }
        return new SmtpAnswer(NONE, text(failure));
    }

    boolean never() {
        return code >= 500;
    }

    boolean notNow() {
        return code >= 400 && code < 500;
    }

    private static String text(Exception e) {
        return String.valueOf(e.getMessage()).strip();
    }
}
