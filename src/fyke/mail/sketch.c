/* Hashes of the words of a text, and the smallest of them, as `sketch.py` does it, to the last bit. All text is hostile.
   Nothing here allocates; every index stands below a bound that is checked where it comes in. */

#include <stdint.h>
#include <string.h>

static uint32_t table[256];

static uint32_t mixed(uint32_t code)
{
    code = (code ^ (code >> 16)) * UINT32_C(0x85EBCA6B);
    code = (code ^ (code >> 13)) * UINT32_C(0xC2B2AE35);
    return code ^ (code >> 16);
}

/* The table of CRC-32 (ISO 3309). Any thread may make it at any time: all write the same. */
void fyke_sketch_begin(void)
{
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t crc = byte;
        for (int bit = 0; bit < 8; bit++)
            crc = crc & 1 ? (crc >> 1) ^ UINT32_C(0xEDB88320) : crc >> 1;
        table[byte] = crc;
    }
}

/* Put a code where it belongs among the smallest distinct ones; gives how many there are. */
static int32_t insert(uint32_t *lowest, int32_t count, int32_t most, uint32_t code)
{
    int32_t low = 0, high = count;
    if (count == most && code >= lowest[most - 1])
        return count;
    while (low < high) {
        const int32_t middle = (low + high) / 2;
        if (lowest[middle] < code)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < count && lowest[low] == code)
        return count;
    if (count < most)
        count++;
    memmove(lowest + low + 1, lowest + low, (size_t)(count - low - 1) * sizeof *lowest);
    lowest[low] = code;
    return count;
}

static int is_among(const uint32_t *codes, int32_t count, uint32_t code)
{
    for (int32_t i = 0; i < count; i++)
        if (codes[i] == code)
            return 1;
    return 0;
}

/* Codes of the words between spaces, in order, without those that are left out; gives how many. `codes` has room for
   every other byte of the text. */
int32_t fyke_sketch_codes(const uint8_t *text, int32_t length, uint32_t number, uint32_t address, const uint32_t *left_out,
                          int32_t left_out_count, uint32_t *codes)
{
    int32_t count = 0, at = 0;
    while (at < length) {
        int has_digit = 0, has_at = 0;
        uint32_t crc = UINT32_MAX, code;
        if (text[at] == ' ') {
            at++;
            continue;
        }
        const int32_t start = at;
        for (; at < length && text[at] != ' '; at++) {
            const uint8_t byte = text[at];
            crc = table[(crc ^ byte) & 255] ^ (crc >> 8);
            has_digit |= byte >= '0' && byte <= '9';
            has_at |= byte == '@';
        }
        code = mixed(~crc) & ~UINT32_C(1);
        if (text[start] && at - start >= LETTERS)
            code |= 1;
        if (has_at)
            code = address;
        else if (has_digit)
            code = number;
        if (!is_among(left_out, left_out_count, code))
            codes[count++] = code;
    }
    return count;
}

/* The smallest distinct codes of words that count alone, and of runs of three words. `counts`: how many of each. */
void fyke_sketch_lowest(const uint32_t *codes, int32_t count, uint32_t *words, uint32_t *grams, int32_t *counts)
{
    int32_t of_words = 0, of_grams = 0;
    for (int32_t i = 0; i < count; i++)
        if (codes[i] & 1)
            of_words = insert(words, of_words, WORDS, codes[i]);
    if (count >= SHORT)
        for (int32_t i = 0; i + 2 < count; i++)
            of_grams = insert(grams, of_grams, GRAMS, mixed(codes[i] * BASE_2 + codes[i + 1] * BASE + codes[i + 2]));
    counts[0] = of_words;
    counts[1] = of_grams;
}
