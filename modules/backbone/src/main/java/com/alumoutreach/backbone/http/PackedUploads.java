package com.alumoutreach.backbone.http;

import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.micronaut.http.server.HttpServerConfiguration;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import jakarta.inject.Singleton;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * Unpacks files as they are read. Micronaut unpacks a body as fast as the network is, without asking whether there is room
 * for it ({@code PipeliningServerHandler.DecompressingInboundHandler}), so that a file of more than 2 MB that is stored as it
 * comes would overflow the buffer. Bodies of JSON are left to it: they are held in memory anyway.
 */
@Singleton
public class PackedUploads implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {
    /** Stands for {@code Content-Encoding: gzip} between the channel and the controller. */
    private static final String PACKED = "X-Packed-Upload";

    private static final int BUFFER = 1 << 16;

    /** @param body of a request whose controller stores it as it comes */
    public InputStream unpacked(HttpRequest<?> request, InputStream body, HttpServerConfiguration limits)
            throws IOException {
        return request.getHeaders().contains(PACKED) ? new Unpacked(body, limits.getMaxRequestSize()) : body;
    }

    @Override
    public NettyServerCustomizer.Registry onCreated(BeanCreatedEvent<NettyServerCustomizer.Registry> event) {
        event.getBean().register(new Customizer(null));
        return event.getBean();
    }

    private record Customizer(@Nullable Channel channel) implements NettyServerCustomizer {
        @Override
        public NettyServerCustomizer specializeForChannel(Channel of, ChannelRole role) {
            return new Customizer(of);
        }

        @Override
        public void onStreamPipelineBuilt() {
            if (channel != null
                    && channel.pipeline().get(ChannelPipelineCustomizer.HANDLER_MICRONAUT_INBOUND) != null) {
                channel.pipeline()
                        .addBefore(
                                ChannelPipelineCustomizer.HANDLER_MICRONAUT_INBOUND, "packed-uploads", new Renaming());
            }
        }
    }

    /** Hides from Micronaut that a file is packed. */
    private static final class Renaming extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof io.netty.handler.codec.http.HttpRequest request) {
                HttpHeaders headers = request.headers();
                headers.remove(PACKED);
                if (file(headers) && headers.contains(HttpHeaderNames.CONTENT_ENCODING, "gzip", true)) {
                    headers.remove(HttpHeaderNames.CONTENT_ENCODING);
                    headers.set(PACKED, "gzip");
                }
            }
            context.fireChannelRead(message);
        }

        private static boolean file(HttpHeaders headers) {
            String type = headers.get(HttpHeaderNames.CONTENT_TYPE, "");
            return type.startsWith(MediaType.TEXT_CSV)
                    || type.startsWith(MediaType.TEXT_PLAIN)
                    || type.startsWith("application/x-ndjson")
                    || type.startsWith(MediaType.APPLICATION_OCTET_STREAM);
        }
    }

    /** As many bytes as a request may have. */
    private static final class Unpacked extends FilterInputStream {
        private long left;

        Unpacked(InputStream packed, long limit) throws IOException {
            super(gzip(packed));
            this.left = limit;
        }

        private static InputStream gzip(InputStream packed) throws IOException {
            try {
                return new GZIPInputStream(packed, BUFFER);
            } catch (ZipException | EOFException e) {
                throw notPacked();
            }
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            try {
                int count = in.read(buffer, offset, length);
                left -= Math.max(0, count);
                if (left < 0) {
                    throw new ProblemException(
                            HttpStatus.REQUEST_ENTITY_TOO_LARGE, "BODY_TOO_LARGE", "The body is larger than allowed");
                }
                return count;
            } catch (ZipException | EOFException e) {
                throw notPacked();
            }
        }

        private static ProblemException notPacked() {
            return ProblemException.badRequest(
                    "INVALID_CONTENT_ENCODING", "The body is not encoded as its Content-Encoding says");
        }
    }
}
