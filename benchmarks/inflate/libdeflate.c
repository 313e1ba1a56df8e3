/*
 * Measures libdeflate on the blocks of BGZF files: MB of plain data a second on
 * one core, CRC-32 checked. For the test machine only; varpanel never links it.
 *
 *   gcc -O2 -o FILE libdeflate.c -ldeflate
 *   FILE seconds file.gz...
 *
 * Prints one line a file: the best and the median rate of the passes made.
 */
#include <libdeflate.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

static unsigned le16(const uint8_t *p) { return p[0] | p[1] << 8; }
static uint32_t le32(const uint8_t *p) { return le16(p) | (uint32_t)le16(p + 2) << 16; }

static void die(const char *file, const char *message)
{
	fprintf(stderr, "%s: %s\n", file, message);
	exit(1);
}

static uint8_t *slurp(const char *path, size_t *size)
{
	FILE *f = fopen(path, "rb");
	if (!f || fseek(f, 0, SEEK_END))
		die(path, "cannot be opened");
	*size = ftell(f);
	rewind(f);
	uint8_t *b = malloc(*size + 1);
	if (!b || fread(b, 1, *size, f) != *size)
		die(path, "cannot be read");
	fclose(f);
	return b;
}

/* BSIZE of the block at p, plus one. */
static size_t block_size(const char *path, const uint8_t *p, const uint8_t *end)
{
	if (end - p < 18 || p[0] != 0x1f || p[1] != 0x8b)
		die(path, "not BGZF");
	const uint8_t *x = p + 12, *last = x + le16(p + 10);
	for (; last <= end && x + 6 <= last; x += 4 + le16(x + 2))
		if (x[0] == 'B' && x[1] == 'C')
			return le16(x + 4) + 1;
	die(path, "not BGZF");
	return 0;
}

/* Unpacks every block once and gives the number of plain bytes. */
static size_t pass(const char *path, struct libdeflate_decompressor *d, const uint8_t *b, size_t size)
{
	static uint8_t out[65536];
	size_t total = 0;
	for (const uint8_t *p = b, *end = b + size; p < end;) {
		size_t n = block_size(path, p, end);
		if (n > (size_t)(end - p))
			die(path, "cut");
		size_t head = 12 + le16(p + 10);
		uint32_t plain = le32(p + n - 4);
		if (plain > sizeof out || head + 8 > n)
			die(path, "corrupt");
		if (libdeflate_deflate_decompress(d, p + head, n - head - 8, out, plain, NULL) != LIBDEFLATE_SUCCESS)
			die(path, "corrupt");
		if (libdeflate_crc32(0, out, plain) != le32(p + n - 8))
			die(path, "CRC");
		total += plain;
		p += n;
	}
	return total;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	if (argc < 3)
		die(argv[0], "usage: seconds file.gz...");
	double seconds = atof(argv[1]);
	struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();
	for (int i = 2; i < argc; i++) {
		size_t size;
		uint8_t *b = slurp(argv[i], &size);
		static double rates[100000];
		int n = 0;
		for (double start = now(); n < 100000 && (n < 3 || now() - start < seconds); n++) {
			double t = now();
			size_t total = pass(argv[i], d, b, size);
			rates[n] = total / (now() - t) / 1e6;
		}
		qsort(rates, n, sizeof *rates, ascending);
		printf("%.1f\t%.1f\t%s\n", rates[n - 1], rates[n / 2], argv[i]);
		free(b);
	}
	return 0;
}
