//! Where one message ends and the next begins.

use std::io;

use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt};

/// No message of an editor is longer: 256 MiB.
const MAX_BODY_BYTES: u64 = 256 << 20;
/// No line of a header is longer: 64 KiB.
const MAX_HEADER_BYTES: u64 = 64 << 10;
const LENGTH: &str = "content-length:";

/// What comes next on a stream.
#[derive(PartialEq, Eq, Debug)]
pub(super) enum Frame {
    /// The body of a message.
    Body(Vec<u8>),
    /// Something that is no message. Reading goes on behind it.
    Garbage,
    /// The end of the stream.
    End,
}

/// Reads the next message. After garbage, the next line that names a length begins a message.
///
/// # Errors
/// If the stream cannot be read.
pub(super) async fn read_frame(input: &mut (impl AsyncBufRead + Unpin)) -> io::Result<Frame> {
    let mut length = None;
    let mut is_garbage = false;
    loop {
        let mut line = Vec::new();
        let read = (&mut *input).take(MAX_HEADER_BYTES).read_until(b'\n', &mut line).await?;
        if read == 0 {
            return Ok(Frame::End);
        }
        let text = String::from_utf8_lossy(&line).to_ascii_lowercase();
        let text = text.trim_end();
        match (text.is_empty(), length) {
            (true, Some(length)) => return read_body(input, length).await,
            (true, None) if is_garbage => return Ok(Frame::Garbage),
            (true, None) => {}
            (false, _) => match text.find(LENGTH).and_then(|start| text.get(start + LENGTH.len()..)) {
                Some(number) => {
                    length = number.trim().parse().ok().filter(|length| *length <= MAX_BODY_BYTES);
                    is_garbage |= length.is_none();
                }
                None => is_garbage |= !text.contains(':'),
            },
        }
    }
}

async fn read_body(input: &mut (impl AsyncBufRead + Unpin), length: u64) -> io::Result<Frame> {
    let mut body = Vec::new();
    let read = input.take(length).read_to_end(&mut body).await?;
    Ok(if read as u64 == length { Frame::Body(body) } else { Frame::End })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(mut input: &[u8]) -> Vec<String> {
        let mut frames = Vec::new();
        loop {
            let frame = futures::executor::block_on(read_frame(&mut input)).expect("memory can be read");
            match frame {
                Frame::Body(body) => frames.push(String::from_utf8(body).expect("text")),
                Frame::Garbage => frames.push("garbage".to_owned()),
                Frame::End => return frames,
            }
        }
    }

    #[test]
    fn headers_come_in_any_spelling_and_order() {
        let input = b"content-type: x; charset=utf-8\r\ncontent-length: 2\r\n\r\n{}Content-Length:  3\n\n[1]";
        assert_eq!(frames(input), ["{}", "[1]"]);
    }

    #[test]
    fn reading_goes_on_behind_what_is_no_message() {
        assert_eq!(
            frames(b"Content-Length: many\r\n\r\nContent-Length: 1\r\n\r\n7"),
            ["garbage", "7"],
            "a length that is none"
        );
        assert_eq!(frames(b"hello\r\n\r\nContent-Length: 1\r\n\r\n7"), ["garbage", "7"]);
        assert_eq!(
            frames(b"{\"id\":1}Content-Length: 1\r\n\r\n7"),
            ["7"],
            "a length that is found behind text"
        );
        assert_eq!(
            frames(b"Content-Length: 99999999999999999999\r\n\r\nContent-Length: 1\r\n\r\n7"),
            ["garbage", "7"]
        );
    }

    #[test]
    fn a_message_that_breaks_off_is_the_end() {
        assert_eq!(frames(b"Content-Length: 10\r\n\r\n{}"), Vec::<String>::new());
        assert_eq!(frames(b"Content-Le"), Vec::<String>::new());
    }
}
