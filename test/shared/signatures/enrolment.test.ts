import { describe, expect, test } from 'vitest';
import { enrolledMessage, enrolmentMessage } from '../../../shared/signatures/enrolment.ts';

/** The bytes that are signed, as both ends of different age must build them. */
describe('what an enrolment signs', () => {
  const request = { invitation_id: 'AbCdEf012345', public_key: 'AQID', created: 1_790_000_000 };
  const answer = { key_id: 'AbCdEf012345', name: 'demo', expires_at: null };

  test('the request', () => {
    expect(enrolmentMessage('SHA256:pin', request).toString()).toBe(
      'rlm-enrol.v1\nSHA256:pin\nAbCdEf012345\nAQID\n1790000000',
    );
  });

  test('the answer', () => {
    expect(enrolledMessage('AQID', answer).toString()).toBe(
      'rlm-enrolled.v1\nAQID\nAbCdEf012345\ndemo\nnever',
    );
    expect(enrolledMessage('AQID', { ...answer, expires_at: 1_800_000_000 }).toString()).toBe(
      'rlm-enrolled.v1\nAQID\nAbCdEf012345\ndemo\n1800000000',
    );
  });

  test('differs where any part differs, so that no proof serves twice', () => {
    const messages = [
      enrolmentMessage('SHA256:pin', request),
      enrolmentMessage('SHA256:pix', request),
      enrolmentMessage('SHA256:pin', { ...request, invitation_id: 'AbCdEf012346' }),
      enrolmentMessage('SHA256:pin', { ...request, public_key: 'AQIE' }),
      enrolmentMessage('SHA256:pin', { ...request, created: 1_790_000_001 }),
      enrolledMessage('AQID', answer),
      enrolledMessage('AQIE', answer),
      enrolledMessage('AQID', { ...answer, key_id: 'AbCdEf012346' }),
      enrolledMessage('AQID', { ...answer, name: 'demos' }),
      enrolledMessage('AQID', { ...answer, expires_at: 1 }),
    ].map(String);
    expect(new Set(messages).size).toBe(messages.length);
  });
});
